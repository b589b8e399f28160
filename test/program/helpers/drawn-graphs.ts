import type { FloatGraph } from "../../../sdk/program/graph.ts";
import { sizeOf } from "../../../sdk/program/graph.ts";
import { GraphBuilder, window } from "./graphs.ts";
import type { Random } from "./random.ts";

/** An image network with branches, then a vector or matrix network, then one of several heads: small, and every kind may occur. */
export function drawGraph(random: Random): FloatGraph {
  const graph = new GraphBuilder([random.int(1, 4), random.int(1, 2) === 1 ? 1 : random.int(5, 8), random.int(5, 8)]);
  let value = 0;
  for (let block = random.int(1, 3); block > 0; block--) value = imageBlock(graph, value, random);
  const shape = graph.shape(value);
  const [channels = 1] = shape;
  if (random.int(0, 1) === 0) {
    value = graph.add({ op: "reshape", a: value, shape: [sizeOf(shape)] });
  } else {
    value = graph.add({ op: "reshape", a: value, shape: [channels, sizeOf(shape) / channels] });
    value = graph.transpose(value, [1, 0]);
  }
  value = graph.dense(value, random.int(2, 6), random);
  return head(graph, value, random);
}

function imageBlock(graph: GraphBuilder, a: number, random: Random): number {
  const [channels = 1, height = 1, width = 1] = graph.shape(a);
  const tall = height > 1 ? 3 : 1;
  const pad = height > 1 ? 1 : 0;
  const wide = width > 2 ? 3 : 1;
  const edge = wide > 1 ? 1 : 0;
  const same = window([tall, wide], [1, 1], [pad, edge, pad, edge]);
  switch (random.int(0, 6)) {
    case 0: {
      const groups = channels % 2 === 0 ? 2 : 1;
      return graph.relu(graph.conv(a, 4, same, groups, random));
    }
    case 1: {
      const own = graph.conv(a, channels, same, channels, random);
      return graph.pair("add", a, graph.relu(own));
    }
    case 2: {
      const pooled = graph.pool("maxPool", a, same, false);
      return graph.concat([pooled, a], random.int(0, 2));
    }
    case 3:
      return graph.pool("averagePool", a, window([tall, wide], [1, 2], [pad, edge, pad, edge]), random.int(0, 1) === 0);
    case 4: {
      const scaled = graph.pair("mul", a, graph.constant(graph.shape(a), random));
      return graph.add({ op: "clip", a: scaled, min: -0.25, max: 0.5, shape: graph.shape(a) });
    }
    case 5: {
      const mixed = graph.conv(a, 3, window([1, 1]), 1, random);
      return graph.add({ op: "tanh", a: mixed, shape: graph.shape(mixed) });
    }
    default:
      return graph.transpose(graph.conv(a, 2, window([1, wide], [1, 1], [0, edge, 0, edge]), 1, random), [0, 2, 1]);
  }
}

function head(graph: GraphBuilder, a: number, random: Random): FloatGraph {
  const shape = graph.shape(a);
  switch (random.int(0, 4)) {
    case 0:
      graph.argMax(a);
      break;
    case 1:
      graph.add({ op: "softmax", a, shape });
      break;
    case 2:
      graph.argMax(graph.add({ op: "softmax", a, shape }));
      break;
    case 3:
      graph.add({ op: "sigmoid", a, shape });
      break;
    default:
      graph.relu(a);
  }
  return graph.graph();
}
