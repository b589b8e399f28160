import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";

import { ZeroHash } from "ethers";

import type { IModelRegistry } from "../../../sdk/generated/index.ts";
import { Runtime } from "../../../sdk/registry/terms.ts";
import { CliError } from "../../cli/errors.ts";

/** What a publisher says of a file that is no program. */
export type Publication = {
  readonly file: string;
  readonly uri: string;
  readonly licence: string;
  /** In 1/10,000 of each fee. */
  readonly royalty: bigint;
  readonly parents: readonly { readonly versionId: bigint; readonly shareBps: bigint }[];
  readonly runtime: bigint;
  readonly arithmetic: bigint;
};

/**
 * The version that a file becomes: without roots, so that its results cannot be disputed by recomputation.
 * @throws CliError `OPTION_INVALID` for a program, `FILE_UNREADABLE`.
 */
export async function versionOf(publication: Publication): Promise<IModelRegistry.VersionParamsStruct> {
  const { file, uri, licence, royalty, parents, runtime, arithmetic } = publication;
  if (runtime === Runtime.Program) {
    throw new CliError(
      "OPTION_INVALID",
      "--runtime is program, and a program needs roots that only its compiler knows",
      "compile and publish it with hardhat model import and hardhat model publish",
    );
  }
  return {
    ...(await measure(file)),
    programRoot: ZeroHash,
    weightsRoot: ZeroHash,
    royaltyBps: royalty,
    acceptedProofs: 0n,
    runtime,
    arithmetic,
    uri,
    licence,
    parents: [...parents],
  };
}

/** SHA-256 and bytes of a file that may be larger than memory. */
async function measure(file: string): Promise<{ readonly contentHash: string; readonly size: bigint }> {
  const hash = createHash("sha256");
  let size = 0n;
  try {
    for await (const part of createReadStream(file) as AsyncIterable<Buffer>) {
      hash.update(part);
      size += BigInt(part.length);
    }
  } catch (cause) {
    throw new CliError("FILE_UNREADABLE", `${file} cannot be read`, "check the path and its permissions", cause);
  }
  return { contentHash: `0x${hash.digest("hex")}`, size };
}
