import { table } from "../models/print.ts";
import { measure } from "./bench/measure.ts";
import { type Subject, subjects } from "./bench/networks.ts";
import { createRunners } from "./bench/runners.ts";
import { task } from "./task.ts";

/** Times the executor against ONNX Runtime, in one process and on one core, and prints how they compare. */
export default task("bench", bench);

/** Turns whose median counts. */
const ROUNDS = 15;

const HEADING = [
  "network",
  "multiply-adds",
  "program",
  "per second",
  "float32",
  "int8",
  "program : float32",
  "program : int8",
  "trace",
  "trace : program",
];

async function bench(): Promise<void> {
  console.log("Median processor time of one run; onnxruntime-web in float32 and int8, WebAssembly, one thread.\n");
  const rows: (readonly string[])[] = [];
  for (const subject of await subjects()) rows.push(await rowOf(subject));
  console.log(table(HEADING, rows, 1).join("\n"));
}

/** Ratios are of times: 2.0 takes twice as long as what it is compared with. */
async function rowOf(subject: Subject): Promise<readonly string[]> {
  const { contenders, release } = await createRunners(subject);
  const medians = await measure(contenders, ROUNDS);
  await release();
  const [program = NaN, trace = NaN, float32 = NaN, int8 = NaN] = ["program", "trace", "float32", "int8"].map((name) =>
    medians.get(name),
  );
  return [
    subject.name,
    subject.multiplyAdds.toLocaleString("en-US"),
    milliseconds(program),
    `${(subject.multiplyAdds / program / 1e6).toFixed(2)} G`,
    milliseconds(float32),
    milliseconds(int8),
    (program / float32).toFixed(2),
    (program / int8).toFixed(2),
    milliseconds(trace),
    (trace / program).toFixed(2),
  ];
}

function milliseconds(time: number): string {
  return `${time.toFixed(3)} ms`;
}
