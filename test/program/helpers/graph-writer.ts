import { sizeOf } from "../../../sdk/program/graph.ts";
import { DataType, encodeModel } from "../../../sdk/program/onnx/messages.ts";
import type { OnnxAttribute, OnnxNode, OnnxTensor } from "../../../sdk/program/onnx/messages.ts";
import { model, node, rawTensor, result, sizes, tensor, value } from "./networks.ts";
import type { Random } from "./random.ts";

/** A value of a graph that is being written. */
export type Written = { readonly name: string; readonly dims: readonly number[] };

/** Writes an ONNX graph node by node; constants become initializers or Constant nodes, raw or listed, as chance has it. */
export class GraphWriter {
  readonly random: Random;
  readonly opset: number;
  readonly input: Written;
  readonly #nodes: OnnxNode[] = [];
  readonly #initializers: OnnxTensor[] = [];
  readonly #values: Written[];
  readonly #read = new Set<string>();

  constructor(random: Random, opset: number, dims: readonly number[]) {
    this.random = random;
    this.opset = opset;
    this.input = { name: "x", dims };
    this.#values = [this.input];
  }

  get values(): readonly Written[] {
    return this.#values;
  }

  /** Values that no node reads yet. */
  get unread(): readonly Written[] {
    return this.#values.filter(({ name }) => !this.#read.has(name));
  }

  /** Operators used so far. */
  get operators(): readonly string[] {
    return this.#nodes.map(({ opType = "" }) => opType);
  }

  /** A value of random constants of these dimensions, its magnitudes in `from` … `from + 1`. */
  constant(dims: readonly number[], from = 0, signed = true): string {
    const values = Array.from(this.random.reals(sizeOf(dims)), (real) =>
      signed ? Math.sign(real) * (from + Math.abs(real)) : from + Math.abs(real),
    );
    const name = this.#name();
    return this.#keep(this.random.int(0, 1) === 0 ? tensor(name, dims, values) : rawTensor(name, dims, values));
  }

  /** Weights of a layer of so many terms, such that its results are about as large as what it is given. */
  weights(dims: readonly number[], terms: number): string {
    const values = this.random.reals(sizeOf(dims)).map((real) => real * Math.sqrt(3 / terms));
    return this.#keep(rawTensor(this.#name(), dims, [...values]));
  }

  /** A constant without dimensions. */
  number(value: number): string {
    return this.#keep(tensor(this.#name(), [], [value]));
  }

  /** A constant list of 64-bit integers. */
  integers(values: readonly number[]): string {
    const listed = sizes(this.#name(), values);
    if (this.random.int(0, 1) === 0) return this.#keep(listed);
    const rawData = new Uint8Array(8 * values.length);
    values.forEach((each, index) => {
      new DataView(rawData.buffer).setBigInt64(8 * index, BigInt(each), true);
    });
    return this.#keep({ ...listed, int64Data: [], rawData });
  }

  add(
    opType: string,
    inputs: readonly string[],
    dims: readonly number[],
    attributes: readonly OnnxAttribute[] = [],
  ): Written {
    const written = { name: this.#name(), dims };
    this.#nodes.push(node(opType, inputs, written.name, attributes));
    for (const name of inputs) this.#read.add(name);
    this.#values.push(written);
    return written;
  }

  /** The file whose output is the last value. */
  finish(): Uint8Array {
    const last = this.#values.at(-1) ?? this.input;
    const isIndex = this.operators.at(-1) === "ArgMax";
    // A batch without a size is as good as a batch of 1.
    const dims =
      this.input.dims.length > 1 && this.random.int(0, 1) === 0
        ? ["batch", ...this.input.dims.slice(1)]
        : this.input.dims;
    const graph = {
      name: "random",
      input: [value("x", dims)],
      output: [result(last.name, isIndex ? DataType.INT64 : DataType.FLOAT)],
      initializer: this.#initializers,
      node: this.#nodes,
    };
    return encodeModel(model(graph, BigInt(this.opset)));
  }

  #name(): string {
    return `v${this.#values.length}_${this.#nodes.length}_${this.#initializers.length}`;
  }

  #keep(constant: OnnxTensor): string {
    const name = constant.name ?? "";
    if (this.random.int(0, 3) > 0) {
      this.#initializers.push(constant);
      return name;
    }
    const attribute = { name: "value", type: 4, t: constant, floats: [], ints: [], strings: [] };
    this.#nodes.push(node("Constant", [], name, [attribute]));
    return name;
  }
}
