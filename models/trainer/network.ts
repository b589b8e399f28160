import { ModelError } from "../errors.ts";
import { type Geometry, geometryOf } from "./geometry.ts";
import { type Plan, type Shape, elementsOf, shapeAfter } from "./plan.ts";
import type { Random } from "./random.ts";

/** results = weights × elements + biases, at each place. Both arrays are views into the parameters of the network. */
export type Weighted = Geometry & {
  readonly kind: "weighted";
  /** [rows, terms], row by row. */
  readonly weights: Float64Array;
  /** [rows]. */
  readonly biases: Float64Array;
  /** Negative results become 0. */
  readonly relu: boolean;
};

/** The largest element under each place. */
export type Pooling = Geometry & { readonly kind: "pooling" };

export type Layer = Weighted | Pooling;

export type Network = {
  readonly plan: Plan;
  /** Numbers of elements from the input to the logits. */
  readonly sizes: readonly number[];
  /** All weights and biases in layer order, so that an optimiser, a copy or a gradient needs one loop. */
  readonly parameters: Float64Array;
  readonly layers: readonly Layer[];
};

/**
 * Lays a network over `parameters` (zeros when left out).
 *
 * @throws ModelError NETWORK_SHAPE when the last layer is not dense, a layer does not fit the one before, or the number of
 * parameters does not fit the plan.
 */
export function createNetwork(plan: Plan, parameters?: Float64Array): Network {
  if (plan.layers.at(-1)?.kind !== "dense") {
    throw new ModelError({
      code: "NETWORK_SHAPE",
      what: `${plan.layers.length} layers on [${plan.input.join(", ")}] do not end in logits`,
      next: "make the last layer a dense one, with one output per class",
    });
  }
  const shapes: Shape[] = [plan.input];
  const geometries = plan.layers.map((layer) => {
    const input = shapes.at(-1) ?? plan.input;
    shapes.push(shapeAfter(input, layer));
    return { kind: layer.kind, ...geometryOf(input, layer) };
  });
  const sizes = shapes.map(elementsOf);
  const count = geometries.reduce(
    (sum, { kind, rows, terms }) => sum + (kind === "maxPool" ? 0 : rows * (terms + 1)),
    0,
  );
  const all = parameters ?? new Float64Array(count);
  if (all.length !== count) {
    throw new ModelError({
      code: "NETWORK_SHAPE",
      what: `sizes [${sizes.join(", ")}] need ${count} parameters, got ${all.length}`,
      next: "pass the parameters of a network of the same plan",
    });
  }
  let from = 0;
  const take = (length: number): Float64Array => all.subarray(from, (from += length));
  const layers = geometries.map(({ kind, ...geometry }, index): Layer => {
    if (kind === "maxPool") return { kind: "pooling", ...geometry };
    const { rows, terms } = geometry;
    const relu = index < geometries.length - 1;
    return { kind: "weighted", ...geometry, weights: take(rows * terms), biases: take(rows), relu };
  });
  return { plan, sizes, parameters: all, layers };
}

/** Random weights, uniform with variance 2 / terms (He et al., 2015), which keeps the scale of ReLU layers; biases 0. */
export function initialise(plan: Plan, random: Random): Network {
  const network = createNetwork(plan);
  for (const { weights, terms } of weightedLayers(network)) {
    const bound = Math.sqrt(6 / terms);
    for (let i = 0; i < weights.length; i++) weights[i] = bound * (2 * random() - 1);
  }
  return network;
}

/** The layers with parameters, in order. */
export function weightedLayers({ layers }: Network): readonly Weighted[] {
  return layers.filter((layer) => layer.kind === "weighted");
}

/** Products of a weight and an element in one run. */
export function multiplyAdds(network: Network): number {
  return weightedLayers(network).reduce((sum, { rows, elements }) => sum + rows * elements.length, 0);
}
