import type { OperatorRecord } from "../records.ts";
import type { Tensor } from "../tensor.ts";
import { blankTensor } from "./result.ts";

/** One element: from where its operands' index maps start, and its coordinates. Numbers only, so that nothing is allocated. */
export type Element = (a: number, b: number, c0: number, c1: number, c2: number, c3: number) => number;

/** A record's tensor, element by element. */
export function overElements(record: OperatorRecord, element: Element): Tensor {
  const tensor = blankTensor(record);
  const [e0, e1, e2, e3] = record.shape;
  const [a0, a1, a2, a3] = record.a.strides;
  const [b0, b1, b2, b3] = record.b.strides;
  let position = 0;
  for (let c0 = 0; c0 < e0; c0++) {
    for (let c1 = 0; c1 < e1; c1++) {
      for (let c2 = 0; c2 < e2; c2++) {
        let a = record.a.base + c0 * a0 + c1 * a1 + c2 * a2;
        let b = record.b.base + c0 * b0 + c1 * b1 + c2 * b2;
        for (let c3 = 0; c3 < e3; c3++) {
          tensor.values[position] = element(a, b, c0, c1, c2, c3);
          position += 1;
          a += a3;
          b += b3;
        }
      }
    }
  }
  return tensor;
}
