import type { Shape, Value } from "../graph.ts";
import type { OnnxGraph, OnnxTensor } from "./messages.ts";

/** A value that the network computes. */
export type Computed = {
  readonly value: Value;
  /** Its dimensions in ONNX, batch included. The node may hold the same elements, in the same order, under another shape. */
  readonly dims: Shape;
  /** An ArgMax's int64 result; everything else is float32. */
  readonly isIndex: boolean;
  /** Read in several places, so that its node must stay what it is. */
  readonly isShared: boolean;
};

/** What a name of the graph stands for: a value of the run, or a constant. */
export type Meaning = { readonly computed: Computed } | { readonly constant: OnnxTensor };

/** The names of a graph: what they mean so far, and how often they are read. */
export class Scope {
  readonly #meanings: Map<string, Meaning>;
  readonly #names: ReadonlySet<string>;
  readonly #uses = new Map<string, number>();

  constructor(graph: OnnxGraph, initializers: ReadonlyMap<string, OnnxTensor>) {
    this.#meanings = new Map([...initializers].map(([name, constant]) => [name, { constant }]));
    this.#names = new Set(graph.node.flatMap(({ output }) => output));
    const reads = [...graph.node.flatMap(({ input }) => input), ...graph.output.map(({ name = "" }) => name)];
    for (const name of reads) this.#uses.set(name, this.usesOf(name) + 1);
  }

  define(name: string, meaning: Meaning): void {
    this.#meanings.set(name, meaning);
  }

  /** `undefined` for a name that nothing defines, or nothing before this place. */
  meaningOf(name: string): Meaning | undefined {
    return this.#meanings.get(name);
  }

  /** Whether some node defines the name, now or later. */
  isDefinedLater(name: string): boolean {
    return this.#names.has(name) && !this.#meanings.has(name);
  }

  /** Inputs of nodes that read it, and outputs of the graph that are it. */
  usesOf(name: string): number {
    return this.#uses.get(name) ?? 0;
  }
}
