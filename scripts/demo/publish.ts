import { sha256, ZeroHash } from "ethers";

import type { Artefacts, CandleFile } from "../../models/eth-volatility/artefacts.ts";
import type { CompiledModel } from "../../models/eth-volatility/program.ts";
import { programRoot, weightsRoot } from "../../sdk/program/commitments.ts";
import { Arithmetic, ModelKind, Runtime } from "../../sdk/registry/terms.ts";
import { toVersionId, type VersionId } from "../../sdk/registry/version-id.ts";
import type { Suite } from "../../sdk/suite.ts";
import type { Cast } from "./cast.ts";
import type { Journal } from "./journal.ts";

export type Publications = { readonly dataset: VersionId; readonly model: VersionId };

/** The candles as a dataset; the trained model as its child, which owes it 30 % of what it earns. */
export async function publishAll(
  { registry }: Suite,
  { curator, publisher }: Cast,
  { model, file }: Artefacts & { readonly file: CandleFile },
  { program }: CompiledModel,
  journal: Journal,
): Promise<Publications> {
  await journal.done(
    "dataset registered",
    registry.connect(curator).registerModel(ModelKind.Dataset, "https://example.com/eth-usdt-candles.json"),
  );
  const dataset = toVersionId(1n, 1n);
  await journal.done(
    `dataset published: ${file.bytes.length.toLocaleString("en-US")} bytes of hourly candles`,
    registry.connect(curator).publish(1n, {
      contentHash: sha256(file.bytes),
      programRoot: ZeroHash,
      weightsRoot: ZeroHash,
      size: file.bytes.length,
      royaltyBps: 0,
      acceptedProofs: 0,
      runtime: Runtime.Data,
      arithmetic: Arithmetic.Unspecified,
      uri: "https://example.com/ETHUSDT-1h.csv",
      licence: "MIT",
      parents: [],
    }),
  );
  await journal.done(
    "model registered",
    registry.connect(publisher).registerModel(ModelKind.Model, "https://example.com/eth-volatility.json"),
  );
  await journal.done(
    "model published: 20 % royalty, 30 % of it to the dataset",
    registry.connect(publisher).publish(2n, {
      contentHash: sha256(model),
      programRoot: programRoot(program),
      weightsRoot: weightsRoot(program),
      size: model.length,
      royaltyBps: 2_000,
      acceptedProofs: 0,
      runtime: Runtime.Program,
      arithmetic: Arithmetic.Int8,
      uri: "https://example.com/eth-volatility.onnx",
      licence: "MIT",
      parents: [{ versionId: dataset, shareBps: 3_000 }],
    }),
  );
  return { dataset, model: toVersionId(2n, 1n) };
}
