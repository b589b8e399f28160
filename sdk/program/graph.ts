/** y = W·x + b, then max(y, 0) if `relu`. */
export type Dense = {
  /** The ONNX node it came from, for messages. */
  readonly node: string;
  readonly inputs: number;
  readonly outputs: number;
  /** Row-major, `outputs` rows of `inputs` weights: row j makes output j. */
  readonly weights: Float32Array;
  readonly bias: Float32Array;
  readonly relu: boolean;
};

/** A feed-forward float32 network: dense layers one after the other and, optionally, the index of the largest output. */
export type FloatGraph = {
  readonly inputName: string;
  readonly inputLength: number;
  readonly layers: readonly [Dense, ...Dense[]];
  /** The ONNX node of the closing ArgMax, if there is one. */
  readonly argMax: string | undefined;
  readonly outputName: string;
};
