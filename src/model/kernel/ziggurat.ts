import { exp, log } from './elementary.ts';

/**
 * Tables of the ziggurat method (Marsaglia and Tsang, "The ziggurat method for generating random variables", J. Stat.
 * Soft. 5(8), 2000): 256 layers of equal area cover a falling density f. Layer 0 is the base with the tail; the
 * others are rectangles from 0 to `edges[layer]`, the part left of `edges[layer + 1]` lying wholly below f.
 *
 * Built with `elementary.ts`, so they are the same bits on every engine.
 */
export interface Ziggurat {
  /** Right edge of each layer; the base's is the width of a rectangle of its area; `edges[256]` is 0. */
  readonly edges: Float64Array;
  /** f at each edge; the base's entry is unused. */
  readonly heights: Float64Array;
  /** From a random position of `bits` bits to an x in the layer. */
  readonly scales: Float64Array;
  /** Positions below this are below f for sure. */
  readonly thresholds: Float64Array;
}

const LAYERS = 256;

/**
 * @param tail where the tail begins, and @param area of each layer: the pair that makes the top layer end at f(0).
 * @param bits of the random position.
 */
function ziggurat(
  density: (x: number) => number,
  inverse: (height: number) => number,
  tail: number,
  area: number,
  bits: number,
): Ziggurat {
  const edges = new Float64Array(LAYERS + 1);
  const heights = new Float64Array(LAYERS + 1);
  edges[0] = area / density(tail);
  edges[1] = tail;
  heights[1] = density(tail);
  for (let layer = 2; layer < LAYERS; layer++) {
    heights[layer] = heights[layer - 1]! + area / edges[layer - 1]!;
    edges[layer] = inverse(heights[layer]!);
  }
  edges[LAYERS] = 0;
  heights[LAYERS] = 1;
  const positions = 2 ** bits;
  const scales = new Float64Array(LAYERS);
  const thresholds = new Float64Array(LAYERS);
  for (let layer = 0; layer < LAYERS; layer++) {
    scales[layer] = edges[layer]! / positions;
    thresholds[layer] = Math.floor((edges[layer + 1]! / edges[layer]!) * positions);
  }
  return { edges, heights, scales, thresholds };
}

export const EXPONENTIAL_TAIL = 7.69711747013105;

export const EXPONENTIAL = ziggurat(
  (x) => exp(-x),
  (height) => -log(height),
  EXPONENTIAL_TAIL,
  0.003949659822581557,
  53,
);

export const NORMAL_TAIL = 3.654152885361009;

export const NORMAL = ziggurat(
  (x) => exp(-0.5 * x * x),
  (height) => Math.sqrt(-2 * log(height)),
  NORMAL_TAIL,
  0.004928673233974658,
  52,
);
