import { checkSame, readArtefacts, readCandles, writeArtefacts } from "../models/eth-volatility/artefacts.ts";
import { epochLine, reportTable } from "../models/eth-volatility/print.ts";
import { trainModel } from "../models/eth-volatility/train.ts";
import { task } from "./task.ts";

/**
 * Trains the ETH volatility model and demands that the committed files come out, byte for byte. With `--update` it writes them
 * instead.
 */
export default task("train", train);

async function train({ update }: { readonly update: boolean }): Promise<void> {
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
