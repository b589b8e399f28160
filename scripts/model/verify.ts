import { totalmem } from "node:os";

import { sha256 } from "ethers";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { SuiteError } from "../../sdk/errors.ts";
import { hashesOf } from "../../sdk/fetch/fetch-directory.ts";
import { programRoot, weightsRoot } from "../../sdk/program/commitments.ts";
import { FILES } from "../../sdk/program/directory-files.ts";
import type { DirectoryReader } from "../../sdk/program/directory-files.ts";
import { readChecked, readDirectory, readManifest, verifyDirectory } from "../../sdk/program/directory.ts";
import type { Manifest } from "../../sdk/program/manifest.ts";
import { concatenated } from "../../sdk/program/streams.ts";
import { requirePublished } from "../../sdk/registry/published.ts";
import type { PublishedHashes } from "../../sdk/registry/published.ts";
import { uriOf } from "../../sdk/registry/version-uri.ts";
import type { VersionId } from "../../sdk/registry/version-id.ts";
import { CliError } from "../cli/errors.ts";
import { refusalOf } from "../cli/decode.ts";
import { formatVersion } from "../cli/format.ts";
import { openSession } from "../cli/session.ts";
import { compile, inputLengthOf, readGraph } from "./compile.ts";
import { ModelTaskError } from "./errors.ts";
import { openDirectory, openPublished } from "./location.ts";
import { createProgress } from "./print.ts";
import { decodeSamples, encodeSamples, readSamples } from "./samples.ts";

/** What `hardhat model verify` is asked for. */
export type VerifyOrder = {
  /** A folder or an address; where the version was published without. */
  readonly directory?: string | undefined;
  readonly gateways?: string | undefined;
  readonly calibration?: string | undefined;
  readonly versionId?: VersionId | undefined;
  /** Folder of the address books. */
  readonly addresses?: string | undefined;
};

/** `hardhat model verify`: a directory against its own hashes, its ONNX file, and the chain. */
export async function runVerify(
  order: VerifyOrder,
  hre: HardhatRuntimeEnvironment,
  print: (line: string) => void,
): Promise<void> {
  const { versionId } = order;
  const version = versionId === undefined ? undefined : await publishedVersion(versionId, hre, order.addresses);
  const reader = await find(order, hre, print, version);
  const manifest = await check(reader, print);
  if (versionId === undefined || version === undefined) print("– not compared with the chain: give --version-id");
  else {
    requirePublished(hashesOf(manifest), version.hashes);
    print(`✓ file, program and weights are those of version ${formatVersion(versionId)}`);
  }
  const samples = await calibrationOf(reader, manifest, order.calibration);
  if (samples === undefined) {
    print("– not compiled again: the publisher kept the calibration samples; give --calibration if you have them");
    return;
  }
  await requireRecompiles(reader, manifest, samples);
  print("✓ compiling model.onnx with the calibration samples gives this program, bit for bit");
}

type PublishedVersion = { readonly hashes: PublishedHashes; readonly uri: string };

async function find(
  { directory, gateways }: VerifyOrder,
  hre: HardhatRuntimeEnvironment,
  print: (line: string) => void,
  version: PublishedVersion | undefined,
): Promise<DirectoryReader> {
  if (directory !== undefined) return openDirectory({ directory, gateways }, hre, version?.hashes);
  if (version !== undefined) {
    print(`published at ${version.uri}`);
    return openPublished({ directory: version.uri, gateways }, hre, version.hashes);
  }
  throw new CliError("OPTION_MISSING", "--directory is missing", "give it, or --version-id for what was published");
}

/** How often weights are in memory while a program is read and checked. */
const COPIES = 4;

async function check(reader: DirectoryReader, print: (line: string) => void): Promise<Manifest> {
  const progress = createProgress(process.stderr);
  const { files } = await readManifest(reader);
  const fits = COPIES * files.weights.size < totalmem();
  const { manifest } = fits ? await readDirectory(reader, progress) : await verifyDirectory(reader, progress);
  print("✓ every file has the length and the hash that the manifest states, and the roots are theirs");
  print(
    fits ? "✓ the program is well-formed" : "– not checked for being well-formed: this machine's memory is too small",
  );
  return manifest;
}

async function publishedVersion(
  versionId: VersionId,
  hre: HardhatRuntimeEnvironment,
  addresses?: string,
): Promise<PublishedVersion> {
  const { suite, known } = await openSession(hre, { from: undefined, signerUrl: undefined }, addresses);
  try {
    return { hashes: await suite.registry.versionOf(versionId), uri: await uriOf(suite.registry, versionId) };
  } catch (error) {
    throw error instanceof SuiteError ? error : refusalOf(error, "registry.versionOf", known);
  }
}

type Samples = (length: number) => Promise<readonly Float32Array[]>;

/** The samples that the manifest names: those given, or those in the directory. */
async function calibrationOf(
  reader: DirectoryReader,
  { calibration }: Manifest,
  path: string | undefined,
): Promise<Samples | undefined> {
  if (path === undefined && !calibration.shared) return undefined;
  if (path === undefined) {
    const bytes = await concatenated(readChecked(reader, FILES.calibration, calibration));
    return (length) => Promise.resolve(decodeSamples(bytes, length));
  }
  return async (length) => {
    const samples = await readSamples(path, length);
    const actual = sha256(encodeSamples(samples));
    if (actual === calibration.sha256) return samples;
    throw new ModelTaskError({
      code: "CALIBRATION_DIFFERS",
      what: `${path} holds samples with SHA-256 ${actual}, the program was calibrated on ${calibration.sha256}`,
      next: "give the very samples, in their order",
    });
  };
}

async function requireRecompiles(reader: DirectoryReader, manifest: Manifest, samples: Samples): Promise<void> {
  const graph = readGraph(await concatenated(readChecked(reader, FILES.model, manifest.files.model)));
  const { program } = compile(graph, await samples(inputLengthOf(graph))).quantisation;
  const mine = { programRoot: programRoot(program), weightsRoot: weightsRoot(program) };
  if (mine.programRoot === manifest.programRoot && mine.weightsRoot === manifest.weightsRoot) return;
  throw new ModelTaskError({
    code: "RECOMPILES_OTHERWISE",
    what: `model.onnx compiles to program ${mine.programRoot} and weights ${mine.weightsRoot}, the directory holds ${manifest.programRoot} and ${manifest.weightsRoot}`,
    next: "do not use this directory unless it was made with another version of this library",
  });
}
