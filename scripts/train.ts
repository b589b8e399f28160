import { HardhatPluginError } from "hardhat/plugins";

import { ModelError } from "../models/errors.ts";
import { checkSame, readArtefacts, readCandles, writeArtefacts } from "../models/eth-volatility/artefacts.ts";
import { epochLine, reportTable } from "../models/eth-volatility/print.ts";
import { trainModel } from "../models/eth-volatility/train.ts";

/**
 * `hardhat train`: trains the ETH volatility model and demands that the committed files come out, byte for byte. With
 * `--update` it writes them instead.
 *
 * @throws HardhatPluginError with the message of any ModelError: Hardhat prints those as they are, and takes others for its own bugs.
 */
export default async function train(args: { readonly update: boolean }): Promise<void> {
  try {
    await run(args);
  } catch (error) {
    throw error instanceof ModelError ? new HardhatPluginError("train", error.message, error) : error;
  }
}

async function run({ update }: { readonly update: boolean }): Promise<void> {
  const built = trainModel(await readCandles(), (epoch) => {
    console.log(epochLine(epoch));
  });
  console.log(reportTable(built.report));

  if (update) {
    await writeArtefacts(built);
    console.log("Wrote model.onnx and report.json.");
  } else {
    checkSame(built, await readArtefacts());
    console.log("The committed model is what this training gives, byte for byte.");
  }
}
