import * as ort from "onnxruntime-web";

import { createExecutor } from "../../sdk/program/execute.ts";
import { quantiseInput } from "../../sdk/program/quantise.ts";
import { commit, createTrace } from "../../sdk/program/trace.ts";
import { INPUT, encodeInt8 } from "./int8-onnx.ts";
import type { Contender } from "./measure.ts";
import type { Subject } from "./networks.ts";

/** Contenders over one network, and what to call when they are no longer needed. */
export type Runners = { readonly contenders: readonly Contender[]; readonly release: () => Promise<void> };

/**
 * The ways to run a network that are compared, each going round the same inputs, which are prepared beforehand: `program`, our
 * executor; `trace`, the trees over one run that a challenged operator has to build; `float32` and `int8`, ONNX Runtime in
 * WebAssembly on one thread.
 */
export async function createRunners({ model, dims, compiled, inputs }: Subject): Promise<Runners> {
  ort.env.wasm.numThreads = 1;
  const { program, graph } = compiled;
  const floats = await ort.InferenceSession.create(model, { executionProviders: ["wasm"] });
  const integers = await ort.InferenceSession.create(encodeInt8(graph, compiled), { executionProviders: ["wasm"] });

  const execute = createExecutor(program);
  const weights = commit(program.weights);
  const tensors = inputs.map((input) => quantiseInput(program, input));
  const runs = tensors.map(execute);
  const floatFeeds = inputs.map((input) => ({ [graph.inputName]: new ort.Tensor("float32", input, dims) }));
  const int8Feeds = tensors.map(({ values }) => ({ [INPUT]: new ort.Tensor("uint8", Uint8Array.from(values), dims) }));

  return {
    contenders: [
      { name: "program", run: around(tensors, execute) },
      { name: "trace", run: around(runs, (run) => createTrace(program, run, weights)) },
      { name: "float32", run: around(floatFeeds, (feeds) => floats.run(feeds)) },
      { name: "int8", run: around(int8Feeds, (feeds) => integers.run(feeds)) },
    ],
    release: async () => {
      await floats.release();
      await integers.release();
    },
  };
}

/** Calls `run` with one item after the other, and again from the first. */
function around<Item>(items: readonly Item[], run: (item: Item) => unknown): () => unknown {
  let next = 0;
  return () => {
    const item = items[next % items.length];
    next += 1;
    return item === undefined ? undefined : run(item);
  };
}
