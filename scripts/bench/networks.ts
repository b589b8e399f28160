import { compileModel, type CompiledModel } from "../../models/digits/program.ts";
import { readCommitted } from "../../models/digits/artefacts.ts";
import type { Definition } from "../../models/digits/definition.ts";
import { inputsOf, splitByIndex } from "../../models/digits/split.ts";
import { MNIST_CNN } from "../../models/mnist-cnn/definition.ts";
import { MNIST_MLP } from "../../models/mnist-mlp/definition.ts";
import { initialise, multiplyAdds } from "../../models/trainer/network.ts";
import { encodeClassifier } from "../../models/trainer/onnx.ts";
import { densePlan } from "../../models/trainer/plan.ts";
import { seededRandom } from "../../models/trainer/random.ts";
import { importOnnx } from "../../sdk/program/onnx/import.ts";
import { quantise } from "../../sdk/program/quantise.ts";

/** A network to be timed, with inputs that it has not been calibrated on. */
export type Subject = {
  readonly name: string;
  /** float32 ONNX. */
  readonly model: Uint8Array;
  /** Shape of the input, with its batch of 1. */
  readonly dims: readonly number[];
  readonly compiled: CompiledModel;
  readonly inputs: readonly Float32Array[];
  /** Products of a weight and a value in one run. */
  readonly multiplyAdds: number;
};

/** Inputs that a contender goes round, so that no one result can be cached. */
const INPUTS = 16;

/** The two models of digits, and a network of four layers with 1,024 random rows each. */
export async function subjects(): Promise<readonly Subject[]> {
  return [
    await digits(MNIST_MLP),
    await digits(MNIST_CNN),
    large("dense 1024 × 1024 × 4", [1024, 1024, 1024, 1024, 1024]),
  ];
}

async function digits(definition: Definition): Promise<Subject> {
  const { model, report, digits } = await readCommitted(definition);
  const split = splitByIndex(digits.samples);
  return {
    name: definition.name,
    model,
    dims: [1, ...definition.options.plan.input],
    compiled: compileModel(model, split),
    inputs: inputsOf(split.heldOut).filter((_, index) => index % Math.ceil(split.heldOut.labels.length / INPUTS) === 0),
    multiplyAdds: report.multiplyAdds,
  };
}

/** Dense layers of these widths with random weights, on random inputs from 0 to 1. */
export function large(name: string, widths: readonly number[]): Subject {
  const random = seededRandom(1);
  const network = initialise(densePlan(widths), random);
  const [width = 0] = widths;
  const sample = (): Float32Array => Float32Array.from({ length: width }, () => random());
  const model = encodeClassifier(network, name);
  const graph = importOnnx(model);
  const calibration = Array.from({ length: INPUTS }, sample);
  return {
    name,
    model,
    dims: [1, width],
    compiled: { graph, ...quantise(graph, calibration) },
    inputs: Array.from({ length: INPUTS }, sample),
    multiplyAdds: multiplyAdds(network),
  };
}
