import { type Artefacts, type Named, checkSame, writeModel } from "../models/artefacts.ts";
import { directoryOf, readArtefacts as readDigitsArtefacts } from "../models/digits/artefacts.ts";
import { readDigits } from "../models/digits/data.ts";
import type { Definition } from "../models/digits/definition.ts";
import { reportTable as digitsTable } from "../models/digits/print.ts";
import type { Report as DigitsReport } from "../models/digits/report.ts";
import { trainModel as trainDigits } from "../models/digits/train.ts";
import { ModelError } from "../models/errors.ts";
import { readArtefacts, readCandleFile, writeArtefacts } from "../models/eth-volatility/artefacts.ts";
import { reportTable } from "../models/eth-volatility/print.ts";
import type { Report } from "../models/eth-volatility/report.ts";
import { trainModel } from "../models/eth-volatility/train.ts";
import { MNIST_CNN } from "../models/mnist-cnn/definition.ts";
import { MNIST_MLP } from "../models/mnist-mlp/definition.ts";
import { epochLine } from "../models/print.ts";
import type { Epoch } from "../models/trainer/fit.ts";
import { task } from "./task.ts";

/**
 * Trains the models and demands that the committed files come out, byte for byte. With `--update` it writes them instead, with
 * `--model` it trains one.
 */
export default task("train", train);

type Arguments = { readonly update: boolean; readonly model: string | undefined };

/** How one model is read, made, written and shown. */
type Recipe<R extends Named> = {
  readonly read: () => Promise<Artefacts<R>>;
  readonly train: (onEpoch: (epoch: Epoch) => void) => Promise<Artefacts<R>>;
  readonly write: (artefacts: Artefacts<R>) => Promise<void>;
  readonly table: (report: R) => string;
};

const VOLATILITY: Recipe<Report> = {
  read: () => readArtefacts(),
  train: async (onEpoch) => trainModel(await readCandleFile(), onEpoch),
  write: (artefacts) => writeArtefacts(artefacts),
  table: reportTable,
};

const digits = (definition: Definition): Recipe<DigitsReport> => ({
  read: () => readDigitsArtefacts(definition),
  train: async (onEpoch) => trainDigits(definition, await readDigits(), onEpoch),
  write: (artefacts) => writeModel(artefacts, directoryOf(definition)),
  table: digitsTable,
});

const MODELS: ReadonlyMap<string, (update: boolean) => Promise<void>> = new Map([
  ["eth-volatility", (update: boolean) => rebuild(VOLATILITY, update)],
  [MNIST_MLP.name, (update: boolean) => rebuild(digits(MNIST_MLP), update)],
  [MNIST_CNN.name, (update: boolean) => rebuild(digits(MNIST_CNN), update)],
]);

async function train({ update, model }: Arguments): Promise<void> {
  if (model !== undefined && !MODELS.has(model)) {
    throw new ModelError({
      code: "MODEL_UNKNOWN",
      what: `there is no model "${model}"`,
      next: `name one of ${[...MODELS.keys()].join(", ")}, or none to train them all`,
    });
  }
  for (const [name, run] of MODELS) {
    if (model !== undefined && model !== name) continue;
    console.log(`\n${name}`);
    await run(update);
  }
}

async function rebuild<R extends Named>({ read, train, write, table }: Recipe<R>, update: boolean): Promise<void> {
  // Read first: a missing file is no reason to train in vain.
  const committed = update ? undefined : await read();
  const built = await train((epoch) => {
    console.log(epochLine(epoch));
  });
  console.log(table(built.report));

  if (committed === undefined) {
    await write(built);
    console.log("Wrote model.onnx and report.json.");
  } else {
    checkSame(built, committed);
    console.log("The committed model is what this training gives, byte for byte.");
  }
}
