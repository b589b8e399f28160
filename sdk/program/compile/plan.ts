import type { Range } from "../calibrate.ts";
import type { ClipNode, FloatGraph, FloatNode } from "../graph.ts";
import type { Wish } from "./value.ts";

/** What every node's result is to be, decided before the first record is made. */
export type Plan = {
  readonly wishes: readonly Wish[];
  /** The clips that are part of the node before them: they make no record of their own. */
  readonly fused: ReadonlySet<number>;
};

/** Nodes whose records can clamp their results for a clip. */
const CLAMPING: ReadonlySet<FloatNode["op"]> = new Set(["dense", "conv", "maxPool", "averagePool", "add", "mul"]);

/** Nodes that only show elements in another order. */
const SHOWING: ReadonlySet<FloatNode["op"]> = new Set(["reshape", "transpose"]);

/** Makes clips part of the nodes that feed nothing else, and finds the values that are the output or decide it. */
export function planOf({ nodes }: FloatGraph, ranges: readonly Range[]): Plan {
  const users = nodes.map((_, index) => usersOf(nodes, index));
  const clips = nodes.map(({ op }, index) => {
    const [user, ...others] = users[index] ?? [];
    const clip = user === undefined || others.length > 0 ? undefined : nodes[user];
    return user !== undefined && clip?.op === "clip" && CLAMPING.has(op) ? { at: user, clip } : undefined;
  });
  const wishes = nodes.map((node, index) => {
    const fused = clips[index];
    const final = fused?.at ?? index;
    const own = node.op === "clip" ? node : undefined;
    const { min, max } = bounds(fused?.clip ?? own);
    const range = ranges[final] ?? { min: 0, max: 0 };
    return { node: node.node, range, min, max, isWide: isDecisive(nodes, users, final) };
  });
  return { wishes, fused: new Set(clips.flatMap((fused) => (fused === undefined ? [] : [fused.at]))) };
}

/** The nodes that read a node's result. */
export function usersOf(nodes: readonly FloatNode[], index: number): readonly number[] {
  return nodes.flatMap((node, user) => (inputsOf(node).includes(index) ? [user] : []));
}

/** The nodes whose results a node reads. */
export function inputsOf(node: FloatNode): readonly number[] {
  if (node.op === "input" || node.op === "constant") return [];
  if (node.op === "concat") return node.parts;
  return node.op === "add" || node.op === "mul" ? [node.a, node.b] : [node.a];
}

/** Whether nothing comes after the node's result but the user's eyes, an argMax or a softmax. */
function isDecisive(nodes: readonly FloatNode[], users: readonly (readonly number[])[], index: number): boolean {
  return (users[index] ?? []).every((user) => {
    const op = nodes[user]?.op;
    if (op === "argMax" || op === "softmax") return true;
    return op !== undefined && SHOWING.has(op) && isDecisive(nodes, users, user);
  });
}

function bounds(clip: ClipNode | undefined): { readonly min: number; readonly max: number } {
  return { min: clip?.min ?? -Infinity, max: clip?.max ?? Infinity };
}
