import { ProgramError } from "../errors.ts";
import { AttributeType } from "./messages.ts";
import type { OnnxAttribute, OnnxNode, OnnxTensor } from "./messages.ts";

/** `"name" (Operator)`, or the node's place in the graph where it has no name. */
export function nodeLabel(node: OnnxNode, index: number): string {
  return `${node.name === undefined || node.name === "" ? `node ${index}` : `"${node.name}"`} (${node.opType ?? "?"})`;
}

/** The operator sets in which an attribute exists: from `since` on, up to the one before `before`; without bounds, all. */
export type Span = { readonly since?: number; readonly before?: number };

/** Reads a node's attributes and refuses those that nobody asked for: each may change what the operator means. */
export class Attributes {
  readonly #byName = new Map<string, OnnxAttribute>();
  readonly #node: string;

  constructor(node: OnnxNode, label: string, known: Readonly<Record<string, Span>>, opset: number) {
    this.#node = label;
    for (const attribute of node.attribute) {
      const name = attribute.name ?? "";
      if (this.#byName.has(name)) throw this.refusal(`attribute ${name} appears twice`);
      const span = Object.hasOwn(known, name) ? known[name] : undefined;
      if (span === undefined) throw this.refusal(`attribute ${name} is not known`);
      if (opset < (span.since ?? 0) || opset >= (span.before ?? Infinity)) {
        throw this.refusal(`attribute ${name} does not exist in operator set ${opset}`);
      }
      this.#byName.set(name, attribute);
    }
  }

  /** Whether the node gives it. */
  has(name: string): boolean {
    return this.#byName.has(name);
  }

  /** An integer attribute, or its default. */
  int(name: string, byDefault: number): number {
    const attribute = this.#of(name, AttributeType.INT, "an integer");
    // Proto2 leaves a zero out in some writers.
    return attribute === undefined ? byDefault : this.#whole(name, attribute.i ?? 0n);
  }

  /** A list of integers, or `undefined`. */
  ints(name: string): readonly number[] | undefined {
    return this.#of(name, AttributeType.INTS, "a list of integers")?.ints.map((value) => this.#whole(name, value));
  }

  /** A finite float attribute, or its default. */
  float(name: string, byDefault: number): number {
    const attribute = this.#of(name, AttributeType.FLOAT, "a float");
    if (attribute === undefined) return byDefault;
    const value = attribute.f ?? 0;
    if (!Number.isFinite(value)) throw this.refusal(`attribute ${name} is ${value}, not finite`);
    return value;
  }

  /** A list of floats, or `undefined`. */
  floats(name: string): readonly number[] | undefined {
    return this.#of(name, AttributeType.FLOATS, "a list of floats")?.floats;
  }

  /** A string attribute, or its default. */
  string(name: string, byDefault: string): string {
    const attribute = this.#of(name, AttributeType.STRING, "a string");
    return attribute === undefined ? byDefault : new TextDecoder().decode(attribute.s);
  }

  /** A tensor, or `undefined`. */
  tensor(name: string): OnnxTensor | undefined {
    const attribute = this.#of(name, AttributeType.TENSOR, "a tensor");
    if (attribute === undefined) return undefined;
    if (attribute.t === undefined) throw this.refusal(`attribute ${name} holds no tensor`);
    return attribute.t;
  }

  /** The error for an attribute whose value is not supported. */
  refusal(what: string): ProgramError {
    return new ProgramError({
      code: "ONNX_UNSUPPORTED_ATTRIBUTE",
      node: this.#node,
      what,
      next: "export the operator with the attributes listed in docs/programs.md",
    });
  }

  #of(name: string, type: number, kind: string): OnnxAttribute | undefined {
    const attribute = this.#byName.get(name);
    if (attribute === undefined || attribute.type === type) return attribute;
    throw this.refusal(`attribute ${name} has type ${attribute.type ?? 0}, it should be ${kind} (${type})`);
  }

  #whole(name: string, value: bigint): number {
    const whole = Number(value);
    if (Number.isSafeInteger(whole)) return whole;
    throw this.refusal(`attribute ${name} = ${value.toString()} is out of range`);
  }
}
