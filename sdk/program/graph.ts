/** Sizes per dimension, row-major, without the batch; images are [C, H, W] as in ONNX. A scalar has none. */
export type Shape = readonly number[];

/** Index of a node in {@link FloatGraph.nodes}, and so of the value that it makes. Always of an earlier node. */
export type Value = number;

/** Window of a convolution or pooling. One-dimensional ones are two-dimensional ones of height 1. */
export type Window = {
  readonly kernel: readonly [height: number, width: number];
  readonly strides: readonly [vertical: number, horizontal: number];
  readonly dilations: readonly [vertical: number, horizontal: number];
  readonly pads: readonly [top: number, left: number, bottom: number, right: number];
};

type Made = {
  /** The ONNX node it came from, for messages. */
  readonly node: string;
  readonly shape: Shape;
};

/** The only node that is no function of earlier values: what the network is given. Node 0 and no other. */
export type InputNode = Made & { readonly op: "input" };

/** Known values, already broadcast to the shape that their user needs. */
export type ConstantNode = Made & { readonly op: "constant"; readonly values: Float32Array };

/** W·x + b for every row x of `a`, whose shape is [inputs] or [rows, inputs]. */
export type DenseNode = Made & {
  readonly op: "dense";
  readonly a: Value;
  /** One row of `inputs` weights for each output. */
  readonly weights: Float32Array;
  readonly bias: Float32Array;
};

/** Convolution of [C, H, W] into [M, H', W']; H is 1 where ONNX has one spatial dimension. */
export type ConvNode = Made & {
  readonly op: "conv";
  readonly a: Value;
  readonly window: Window;
  readonly groups: number;
  /** [M][C / groups][kernel height][kernel width]. */
  readonly weights: Float32Array;
  readonly bias: Float32Array;
};

/** Largest value of each window of [C, H, W], padding left aside. Every window holds a value. */
export type MaxPoolNode = Made & { readonly op: "maxPool"; readonly a: Value; readonly window: Window };

/**
 * Mean of each window of [C, H, W], global pooling among them; padding counts as zeros if `countsPadding`, else it is left
 * aside. Every window holds a value.
 */
export type AveragePoolNode = Made & {
  readonly op: "averagePool";
  readonly a: Value;
  readonly window: Window;
  readonly countsPadding: boolean;
};

/** Element by element, of equal shapes: a constant is broadcast on import. */
export type PairNode = Made & { readonly op: "add" | "mul"; readonly a: Value; readonly b: Value };

/** The same elements in the same order under another shape. */
export type ReshapeNode = Made & { readonly op: "reshape"; readonly a: Value };

/** Dimension d of the result is dimension `axes[d]` of `a`. */
export type TransposeNode = Made & { readonly op: "transpose"; readonly a: Value; readonly axes: readonly number[] };

/** The parts one after the other along `axis`. */
export type ConcatNode = Made & { readonly op: "concat"; readonly parts: readonly Value[]; readonly axis: number };

/** min(max(x, min), max); infinite where a side is open. Relu is 0 … Infinity. */
export type ClipNode = Made & {
  readonly op: "clip";
  readonly a: Value;
  readonly min: number;
  readonly max: number;
};

/** A function of each element. */
export type CurveNode = Made & { readonly op: "sigmoid" | "tanh"; readonly a: Value };

/** exp(x) / Σ exp(x) over the last dimension of [n] or [rows, n]. */
export type SoftmaxNode = Made & { readonly op: "softmax"; readonly a: Value };

/** Index of the largest element along the last dimension of [n] or [rows, n], the lowest if there are several. Last node only. */
export type ArgMaxNode = Made & { readonly op: "argMax"; readonly a: Value };

/** One operation on earlier values. */
export type FloatNode =
  | InputNode
  | ConstantNode
  | DenseNode
  | ConvNode
  | MaxPoolNode
  | AveragePoolNode
  | PairNode
  | ReshapeNode
  | TransposeNode
  | ConcatNode
  | ClipNode
  | CurveNode
  | SoftmaxNode
  | ArgMaxNode;

/** A float32 network without loops, for one input of one sample. */
export type FloatGraph = {
  readonly inputName: string;
  readonly outputName: string;
  /** In order of execution; the last one is the output, every other one is used by a later one. */
  readonly nodes: readonly FloatNode[];
};

/** Number of elements of a shape. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, dim) => product * dim, 1);
}
