import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { readProgram } from "../../sdk/program/directory.ts";
import { multiplyAddsOf } from "../../sdk/program/weights.ts";
import { DTypeCode, Kernel, namesOf } from "../../sdk/program/records.ts";
import { WORD_BYTES } from "../../sdk/program/tensor.ts";
import { disputeCost } from "./dispute-cost.ts";
import { openDirectory } from "./location.ts";
import type { Location } from "./location.ts";
import { columns, facts, grouped, real } from "./print.ts";

/** `hardhat model inspect`: reads and checks a program directory, and says what is in it. */
export async function runInspect(
  location: Location,
  hre: HardhatRuntimeEnvironment,
  print: (line: string) => void,
): Promise<void> {
  const { manifest, program } = await readProgram(await openDirectory(location, hre));
  const { header, records } = program;
  const { files, calibration, values, classNames } = manifest;
  const scaleOf = new Map(values.map(({ record, scale }) => [record, real(scale)]));
  const isClass = records.at(-1)?.kernel === Kernel.ARGMAX;
  const table = records.map(({ kernel, dtype, shape, reduce }, index) => [
    `${index}`,
    namesOf(Kernel).find((name) => Kernel[name] === kernel) ?? `${kernel}`,
    namesOf(DTypeCode).find((name) => DTypeCode[name] === dtype) ?? `${dtype}`,
    shape.join(" × "),
    reduce.join(" × "),
    scaleOf.get(index) ?? "",
  ]);
  print(columns([["record", "kernel", "type", "shape", "reduction", "scale"], ...table]));
  print("");
  print(
    facts([
      ["input", `${grouped(header.inputLength)} values, one unit is ${real(header.inputScale)}`],
      [
        "output",
        isClass
          ? `class${classNames === undefined ? " number" : `: ${classNames.join(", ")}`}`
          : `${grouped(header.outputLength)} values`,
      ],
      ["multiply-adds", grouped(multiplyAddsOf(program))],
      ["model.onnx", `${grouped(files.model.size)} bytes`],
      ["program", `${grouped(files.program.size)} bytes`],
      ["weights", `${grouped(files.weights.size)} bytes`],
      ["trace", `${grouped(header.traceLeaves * WORD_BYTES)} bytes, depth ${header.traceDepth}`],
      ["worst step", `${grouped(header.worstStep)} words`],
      ["dispute, estimated", `${grouped(disputeCost(program).totalGas)} gas`],
      ["calibration", `${grouped(calibration.size)} bytes, ${calibration.shared ? "shared" : "kept by the publisher"}`],
      ["contentHash", files.model.sha256],
      ["programRoot", manifest.programRoot],
      ["weightsRoot", manifest.weightsRoot],
    ]),
  );
}
