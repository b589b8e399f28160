import { ProgramError } from "../errors.ts";
import type { ProgramErrorCode } from "../errors.ts";
import { sizeOf } from "../graph.ts";
import type { Shape, Value } from "../graph.ts";
import { Attributes } from "./attributes.ts";
import type { Span } from "./attributes.ts";
import type { GraphBuilder } from "./builder.ts";
import { readConstant } from "./initializers.ts";
import type { Constant } from "./initializers.ts";
import type { OnnxNode, OnnxTensor } from "./messages.ts";
import type { Computed, Meaning, Scope } from "./scope.ts";

/** One node of the ONNX graph and everything that its operator may look at or add to. */
export class Site {
  readonly label: string;
  readonly opset: number;
  readonly builder: GraphBuilder;
  readonly #node: OnnxNode;
  readonly #scope: Scope;

  constructor(node: OnnxNode, label: string, opset: number, scope: Scope, builder: GraphBuilder) {
    this.label = label;
    this.opset = opset;
    this.builder = builder;
    this.#node = node;
    this.#scope = scope;
  }

  /** Number of inputs, left out ones in between among them. */
  get inputs(): number {
    return this.#node.input.length;
  }

  /** The first output's name. */
  get output(): string {
    return this.#node.output[0] ?? "";
  }

  /** The node's attributes, all of which must be among `known`. */
  attributes(known: Readonly<Record<string, Span>>): Attributes {
    return new Attributes(this.#node, this.label, known, this.opset);
  }

  /** What the node reads at an input. */
  meaning(input: number): Meaning {
    const name = this.#node.input[input] ?? "";
    const meaning = this.#scope.meaningOf(name);
    if (meaning !== undefined) return meaning;
    if (name === "") {
      throw this.refusal("ONNX_INVALID", `its input ${input} is left out`, "export the model again");
    }
    const [what, next] = this.#scope.isDefinedLater(name)
      ? [`it reads "${name}" before that is computed`, "sort the nodes, and export networks without loops only"]
      : [`its input "${name}" is not defined anywhere`, "export the model again: a node or initializer is missing"];
    throw this.refusal("ONNX_UNDEFINED_INPUT", what, next);
  }

  /** The float32 value that the network computes at an input. */
  computed(input: number): Computed {
    const meaning = this.meaning(input);
    if ("computed" in meaning) return this.number(meaning.computed);
    const what = `its input ${input} is the constant "${meaning.constant.name ?? ""}"`;
    throw this.refusal("ONNX_UNSUPPORTED_GRAPH", what, "let the exporter fold constants, and put the value first");
  }

  /** The value, unless it is a class number. */
  number(computed: Computed): Computed {
    if (!computed.isIndex) return computed;
    throw this.refusal("ONNX_UNSUPPORTED_GRAPH", "it follows the ArgMax", "end the graph with the ArgMax");
  }

  /** The constant tensor at an input, or `undefined` where the node leaves that input out. */
  tensor(input: number): OnnxTensor | undefined {
    const name = this.#node.input[input] ?? "";
    if (name === "") return undefined;
    const meaning = this.#scope.meaningOf(name);
    if (meaning !== undefined && "constant" in meaning) return meaning.constant;
    throw this.missing(`its input "${name}" is not a constant`);
  }

  /** The float32 constant at an input that must be there; `role` says what it is for, in plural. */
  constant(input: number, role: string): Constant {
    const tensor = this.tensor(input);
    if (tensor === undefined) throw this.missing(`it has no ${role} at input ${input}`);
    return readConstant(tensor);
  }

  /** The float32 constant at an input that may be left out. */
  optionalConstant(input: number): Constant | undefined {
    const tensor = this.tensor(input);
    return tensor === undefined ? undefined : readConstant(tensor);
  }

  /** The shape under which the graph holds a value. */
  shapeOf(value: Value): Shape {
    return this.builder.at(value).shape;
  }

  /** The value as [rows, length], or as [length] if that is all of it. */
  rows({ value, dims }: Computed, length: number): Value {
    const rows = sizeOf(dims) / length;
    return this.builder.as(value, rows === 1 ? [length] : [rows, length], this.label);
  }

  /** The value as [C, H, W]; H is 1 where ONNX has one spatial dimension. */
  image({ value, dims }: Computed): Value {
    const [batch = 0, channels = 0, ...sizes] = dims;
    if (batch !== 1 || sizes.length < 1 || sizes.length > 2) {
      const what = `its input has shape [${dims.join(", ")}], not [1, channels, width] or [1, channels, height, width]`;
      throw this.mismatch(what);
    }
    const [height = 1, width = 1] = sizes.length === 1 ? [1, ...sizes] : sizes;
    return this.builder.as(value, [channels, height, width], this.label);
  }

  /** The node's result: the value of a new node. */
  result(value: Value, dims: Shape): Computed {
    return { value, dims, isIndex: false, isShared: this.#scope.usesOf(this.output) !== 1 };
  }

  /** The node's result where it computes nothing new: the same elements, possibly under other dimensions. */
  alias({ value, isIndex, isShared }: Computed, dims: Shape): Computed {
    return { ...this.result(value, dims), isIndex, isShared: isShared || this.#scope.usesOf(this.output) !== 1 };
  }

  refusal(code: ProgramErrorCode, what: string, next: string): ProgramError {
    return new ProgramError({ code, node: this.label, what, next });
  }

  mismatch(what: string): ProgramError {
    return this.refusal("SHAPE_MISMATCH", what, "check the shapes of the exported operator and of the values it reads");
  }

  missing(what: string): ProgramError {
    const next = "export the model with constant weights inside the graph";
    return this.refusal("ONNX_MISSING_INITIALIZER", what, next);
  }
}
