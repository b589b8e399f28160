import { checkSame, readArtefacts, readCandleFile, writeArtefacts } from "../models/eth-volatility/artefacts.ts";
import { epochLine, reportTable } from "../models/eth-volatility/print.ts";
import { trainModel } from "../models/eth-volatility/train.ts";
import { task } from "./task.ts";

/**
 * Trains the ETH volatility model and demands that the committed files come out, byte for byte. With `--update` it writes them
 * instead.
 */
export default task("train", train);

async function train({ update }: { readonly update: boolean }): Promise<void> {
  // Read first: a missing file is no reason to train in vain.
  const committed = update ? undefined : await readArtefacts();
  const built = trainModel(await readCandleFile(), (epoch) => {
    console.log(epochLine(epoch));
  });
  console.log(reportTable(built.report));

  if (committed === undefined) {
    await writeArtefacts(built);
    console.log("Wrote model.onnx and report.json.");
  } else {
    checkSame(built, committed);
    console.log("The committed model is what this training gives, byte for byte.");
  }
}
