import { sizeOf } from "../graph.ts";
import type { ConvNode, DenseNode, Shape } from "../graph.ts";
import type { Computed } from "./scope.ts";
import type { Site } from "./site.ts";

/** factor · x + shift with one of each for every element of x. */
export type Affine = { readonly factor: Float64Array; readonly shift: Float64Array };

/**
 * The node's result factor · x + shift, under `dims`. It costs nothing where x is the result of a layer that only this node
 * reads, and factors and shifts are the same for all that one output of the layer makes: they go into its weights and bias. For
 * an image it is a convolution of one weight per channel if one will do, otherwise a product and a sum with constants.
 */
export function applyAffine(site: Site, x: Computed, dims: Shape, affine: Affine): Computed {
  const producer = site.builder.at(x.value);
  if (!x.isShared && (producer.op === "dense" || producer.op === "conv")) {
    const folded = foldInto(site, producer, affine);
    if (folded !== undefined) {
      site.builder.replace(x.value, folded);
      return site.alias(x, dims);
    }
  }
  const perChannel = producer.shape.length === 3 ? channelConvolution(site, x, affine) : undefined;
  return perChannel === undefined
    ? productAndSum(site, x, dims, affine)
    : site.result(site.builder.add(perChannel), dims);
}

type Layer = DenseNode | ConvNode;

function foldInto<L extends Layer>(site: Site, layer: L, { factor, shift }: Affine): L | undefined {
  const outputs = layer.bias.length;
  // An output of a convolution makes a whole plane; one of a dense layer makes every `outputs`-th element.
  const plane = layer.op === "conv" ? sizeOf(layer.shape.slice(1)) : 1;
  const factors = perOutput(factor, outputs, plane);
  const shifts = perOutput(shift, outputs, plane);
  if (factors === undefined || shifts === undefined) return undefined;
  const row = layer.weights.length / outputs;
  const weights = layer.weights.map((weight, at) => weight * (factors[Math.floor(at / row)] ?? NaN));
  const bias = layer.bias.map((value, output) => value * (factors[output] ?? NaN) + (shifts[output] ?? NaN));
  return { ...layer, weights: finite(site, weights), bias: finite(site, bias) };
}

function channelConvolution(site: Site, { value }: Computed, { factor, shift }: Affine): ConvNode | undefined {
  const shape = site.shapeOf(value);
  const [channels = 1] = shape;
  const plane = sizeOf(shape.slice(1));
  const weights = perOutput(factor, channels, plane);
  const bias = perOutput(shift, channels, plane);
  if (weights === undefined || bias === undefined) return undefined;
  return {
    node: site.label,
    op: "conv",
    shape,
    a: value,
    window: { kernel: [1, 1], strides: [1, 1], dilations: [1, 1], pads: [0, 0, 0, 0] },
    groups: channels,
    weights: finite(site, Float32Array.from(weights)),
    bias: finite(site, Float32Array.from(bias)),
  };
}

function productAndSum(site: Site, x: Computed, dims: Shape, { factor, shift }: Affine): Computed {
  const { builder, label: node } = site;
  const shape = site.shapeOf(x.value);
  let { value } = x;
  for (const [op, constants, neutral] of [["mul", factor, 1] as const, ["add", shift, 0] as const]) {
    if (constants.every((constant) => constant === neutral)) continue;
    const values = finite(site, Float32Array.from(constants));
    const b = builder.add({ node, op: "constant", shape, values });
    value = builder.add({ node, op, shape, a: value, b });
  }
  return value === x.value ? site.alias(x, dims) : site.result(value, dims);
}

/** One value per output if all elements that an output makes have the same, else `undefined`. */
function perOutput(values: Float64Array, outputs: number, plane: number): readonly number[] | undefined {
  const firsts = Array.from({ length: outputs }, (_, output) => values[output * plane] ?? NaN);
  const isSame = values.every((value, at) => value === firsts[Math.floor(at / plane) % outputs]);
  return isSame ? firsts : undefined;
}

/** Finite constants multiplied or divided by finite ones may still leave float32. */
export function finite(site: Site, values: Float32Array): Float32Array {
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad === -1) return values;
  const what = `joining its constants gives ${values[bad] ?? NaN}`;
  throw site.refusal("ONNX_NOT_FINITE", what, "bring its constants into float32's range, and let it divide by no zero");
}
