import { ProgramError } from "../errors.ts";
import { AttributeType } from "./messages.ts";
import type { OnnxAttribute, OnnxNode } from "./messages.ts";

/** `"name" (Operator)`, or the node's place in the graph where it has no name. */
export function nodeLabel(node: OnnxNode, index: number): string {
  return `${node.name === undefined || node.name === "" ? `node ${index}` : `"${node.name}"`} (${node.opType ?? "?"})`;
}

/** Reads a node's attributes and refuses those that nobody asked for: each may change what the operator means. */
export class Attributes {
  readonly #byName = new Map<string, OnnxAttribute>();
  readonly #node: string;

  constructor(node: OnnxNode, label: string, known: readonly string[]) {
    this.#node = label;
    for (const attribute of node.attribute) {
      const name = attribute.name ?? "";
      if (this.#byName.has(name)) throw this.refusal(`attribute ${name} appears twice`);
      if (!known.includes(name)) throw this.refusal(`attribute ${name} is not known`);
      this.#byName.set(name, attribute);
    }
  }

  /** An integer attribute, or its default. */
  int(name: string, byDefault: number): number {
    const attribute = this.#byName.get(name);
    if (attribute === undefined) return byDefault;
    if (attribute.type !== AttributeType.INT) throw this.refusal(`attribute ${name} is no integer`);
    // Proto2 leaves a zero out in some writers.
    const value = Number(attribute.i ?? 0n);
    if (!Number.isSafeInteger(value)) throw this.refusal(`attribute ${name} = ${value} is out of range`);
    return value;
  }

  /** A finite float attribute, or its default. */
  float(name: string, byDefault: number): number {
    const attribute = this.#byName.get(name);
    if (attribute === undefined) return byDefault;
    const value = attribute.f ?? 0;
    if (attribute.type !== AttributeType.FLOAT || !Number.isFinite(value)) {
      throw this.refusal(`attribute ${name} is no finite float`);
    }
    return value;
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
}
