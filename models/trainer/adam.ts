/** Settings of one Adam step. */
export type AdamOptions = {
  readonly learningRate: number;
  /** Share of each parameter taken away per step, times the learning rate; decoupled from the gradient (AdamW). */
  readonly weightDecay: number;
};

const MEAN_DECAY = 0.9;
const SQUARE_DECAY = 0.999;
const EPSILON = 1e-8;

/** Adam (Kingma and Ba, 2015) with decoupled weight decay (Loshchilov and Hutter, 2019). Changes `parameters` in place. */
export type Adam = (gradient: Float64Array, options: AdamOptions) => void;

/** An optimiser for `parameters`, with its running means at zero. */
export function createAdam(parameters: Float64Array): Adam {
  const means = new Float64Array(parameters.length);
  const squares = new Float64Array(parameters.length);
  // Powers by repeated multiplication: `**` gives different bits on different engines.
  let meanPower = 1;
  let squarePower = 1;

  return (gradient, { learningRate, weightDecay }) => {
    meanPower *= MEAN_DECAY;
    squarePower *= SQUARE_DECAY;
    for (let i = 0; i < gradient.length; i++) {
      const g = gradient[i] ?? 0;
      const mean = MEAN_DECAY * (means[i] ?? 0) + (1 - MEAN_DECAY) * g;
      const square = SQUARE_DECAY * (squares[i] ?? 0) + (1 - SQUARE_DECAY) * g * g;
      means[i] = mean;
      squares[i] = square;
      const direction = mean / (1 - meanPower) / (Math.sqrt(square / (1 - squarePower)) + EPSILON);
      const value = parameters[i] ?? 0;
      parameters[i] = value - learningRate * (direction + weightDecay * value);
    }
  };
}
