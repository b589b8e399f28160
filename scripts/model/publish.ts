import type { TransactionReceipt } from "ethers";

import { directoryAt } from "../../sdk/fetch/disk.ts";
import { readDirectory } from "../../sdk/program/directory.ts";
import type { Manifest } from "../../sdk/program/manifest.ts";
import { Arithmetic, ModelKind, Runtime } from "../../sdk/registry/terms.ts";
import type { ModelRegistry } from "../../sdk/generated/index.ts";
import { execute } from "../cli/execute.ts";
import { formatVersion } from "../cli/format.ts";
import type { WriteFlags } from "../cli/rows.ts";
import type { Session } from "../cli/session.ts";
import { ModelTaskError } from "./errors.ts";
import { createProgress } from "./print.ts";

/** What `hardhat model publish` is asked for. */
export type PublishOrder = {
  readonly directory: string;
  /** Where the directory's model.onnx will be served, its other files beside it. */
  readonly uri: string;
  readonly licence: string;
  readonly royalty: bigint;
  readonly proofs: bigint;
  readonly parents: readonly { readonly versionId: bigint; readonly shareBps: bigint }[];
  /** The model to add a version to; a new one without. */
  readonly model: bigint | undefined;
  /** Describes a new model. */
  readonly metadataUri: string | undefined;
};

/** Checks the directory, registers a model if none is named, and publishes the directory as its next version. */
export async function publish(order: PublishOrder, session: Session, flags: WriteFlags): Promise<void> {
  const reader = directoryAt(order.directory);
  const { manifest } = await readDirectory(reader, createProgress(process.stderr));
  session.print(`${order.directory} is whole and well-formed`);
  const { registry } = session.suite;
  const model = order.model ?? (await register(order, session, flags));
  if (model === undefined) {
    session.print("  would publish its first version then; that cannot be tried before the model exists");
    return;
  }
  const args = [model, paramsOf(order, manifest)];
  const { receipt } = await execute(session, { contract: "registry", method: "publish", args }, flags);
  if (receipt === undefined) return;
  const versionId = loggedBy(registry, receipt, "VersionPublished");
  session.print(`published version ${formatVersion(versionId)}`);
}

/** @returns the new model's number, `undefined` after a dry run. */
async function register(
  { metadataUri }: PublishOrder,
  session: Session,
  flags: WriteFlags,
): Promise<bigint | undefined> {
  if (metadataUri === undefined) {
    throw new ModelTaskError({
      code: "METADATA_MISSING",
      what: "a new model needs a description, and no model is named",
      next: "give --metadata-uri for a new model, or --model for a version of one that exists",
    });
  }
  const args = [ModelKind.Model, metadataUri];
  const { receipt } = await execute(session, { contract: "registry", method: "registerModel", args }, flags);
  return receipt === undefined ? undefined : loggedBy(session.suite.registry, receipt, "ModelRegistered");
}

function paramsOf(order: PublishOrder, { files, programRoot, weightsRoot }: Manifest): unknown {
  return {
    contentHash: files.model.sha256,
    programRoot,
    weightsRoot,
    size: BigInt(files.model.size),
    royaltyBps: order.royalty,
    acceptedProofs: order.proofs,
    runtime: Runtime.Program,
    arithmetic: Arithmetic.Int8,
    uri: order.uri,
    licence: order.licence,
    parents: order.parents,
  };
}

/** The id that the registry's own event gives; what was tried before may have been overtaken. */
function loggedBy(
  registry: ModelRegistry,
  { logs }: TransactionReceipt,
  name: "ModelRegistered" | "VersionPublished",
): bigint {
  for (const log of logs) {
    const event = registry.interface.parseLog(log);
    if (event?.name === name) return BigInt(String(event.args[0]));
  }
  throw new TypeError(`the registry emits ${name}`);
}
