import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { readProgram } from "../../sdk/program/directory.ts";
import { createExecutor } from "../../sdk/program/execute.ts";
import type { Manifest } from "../../sdk/program/manifest.ts";
import { toHex } from "../../sdk/program/merkle.ts";
import type { Hex } from "../../sdk/program/merkle.ts";
import { quantiseInput } from "../../sdk/program/quantise.ts";
import { Kernel } from "../../sdk/program/records.ts";
import { encodeTensor, tensorRoot } from "../../sdk/program/tensor-hash.ts";
import { openDirectory } from "./location.ts";
import type { Location } from "./location.ts";
import { facts, real } from "./print.ts";
import { readSamples } from "./samples.ts";

/** One answer, as it goes on chain and as people read it. */
export type Answer = {
  readonly output: readonly number[];
  /** Output times the output's scale; class numbers stay as they are. */
  readonly values: readonly number[];
  readonly className?: string;
  readonly inputHash: Hex;
  readonly outputHash: Hex;
  /** The leaf words: what a request carries as public input, and what is submitted. */
  readonly inputBytes: Hex;
  readonly outputBytes: Hex;
};

/** `hardhat model run`: runs the program on every input of a file. */
export async function runModel(
  order: Location & { readonly input: string; readonly json: boolean },
  hre: HardhatRuntimeEnvironment,
  print: (line: string) => void,
): Promise<void> {
  const { manifest, program } = await readProgram(await openDirectory(order, hre));
  const samples = await readSamples(order.input, program.header.inputLength);
  const execute = createExecutor(program);
  const isClass = program.records.at(-1)?.kernel === Kernel.ARGMAX;
  const answers = samples.map((sample): Answer => {
    const input = quantiseInput(program, sample);
    const { output } = execute(input);
    const words = { input: encodeTensor(input), output: encodeTensor(output) };
    const numbers = [...output.values];
    return {
      output: numbers,
      values: numbers.map((value) => value * program.header.outputScale),
      ...(isClass ? nameOf(manifest, numbers[0]) : {}),
      inputHash: tensorRoot(words.input),
      outputHash: tensorRoot(words.output),
      inputBytes: toHex(words.input),
      outputBytes: toHex(words.output),
    };
  });
  if (order.json) {
    print(JSON.stringify(answers, undefined, 2));
    return;
  }
  print(answers.map((answer) => answerText(answer, isClass)).join("\n\n"));
}

function nameOf({ classNames }: Manifest, number: number | undefined): { readonly className?: string } {
  const className = classNames?.[number ?? -1];
  return className === undefined ? {} : { className };
}

function answerText({ output, values, className, inputHash, outputHash }: Answer, isClass: boolean): string {
  const shown = (numbers: readonly number[]) =>
    numbers.slice(0, SHOWN).join(", ") + (numbers.length > SHOWN ? ", …" : "");
  return facts([
    ["output", `${shown(output)}${className === undefined ? "" : ` (${className})`}`],
    ...(isClass ? [] : [["real values", shown(values.map((value) => Number(real(value))))] as const]),
    ["input hash", inputHash],
    ["output hash", outputHash],
  ]);
}

/** Numbers that a line shows; `--json` gives them all. */
const SHOWN = 16;
