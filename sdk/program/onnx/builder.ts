import { ProgramError } from "../errors.ts";
import { sizeOf } from "../graph.ts";
import type { FloatNode, Shape, Value } from "../graph.ts";

/** Most elements of a tensor. */
const MAX_ELEMENTS = 2_147_483_647;

/** Collects the nodes of a graph in order of execution. */
export class GraphBuilder {
  readonly #nodes: FloatNode[] = [];
  readonly #reshapes = new Map<string, Value>();

  get nodes(): readonly FloatNode[] {
    return this.#nodes;
  }

  /**
   * Appends a node; its operands have been added before.
   * @throws ProgramError `SHAPE_MISMATCH` when its value has more elements than a tensor may.
   */
  add(node: FloatNode): Value {
    if (sizeOf(node.shape) > MAX_ELEMENTS) {
      throw new ProgramError({
        code: "SHAPE_MISMATCH",
        node: node.node,
        what: `its value of shape [${node.shape.join(", ")}] has more than 2^31 − 1 elements`,
        next: "export the model for a smaller input",
      });
    }
    return this.#nodes.push(node) - 1;
  }

  /** The node that makes a value. */
  at(value: Value): FloatNode {
    const node = this.#nodes[value];
    if (node === undefined) throw new RangeError(`value ${value} has no node`);
    return node;
  }

  /** Puts another node in a value's place, of the same shape. Only for a value that nothing has read yet. */
  replace(value: Value, node: FloatNode): void {
    this.#nodes[value] = node;
  }

  /** The value under a shape of as many elements: itself if it has that shape, else a reshape, made once. */
  as(value: Value, shape: Shape, node: string): Value {
    if (sameShape(this.at(value).shape, shape)) return value;
    const key = `${value}: ${shape.join(", ")}`;
    const made = this.#reshapes.get(key) ?? this.add({ node, op: "reshape", a: value, shape });
    this.#reshapes.set(key, made);
    return made;
  }
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((dim, index) => dim === b[index]);
}
