import { FILES } from "./directory-files.ts";
import type { ByteSource, DirectoryWriter, FileName } from "./directory-files.ts";
import { FORMAT, formatManifest } from "./manifest.ts";
import type { FileFacts, Manifest, NamedValue } from "./manifest.ts";
import { merkleRoot, toHex } from "./merkle.ts";
import { ByteCounter, drain, observed } from "./streams.ts";
import { TreeScanner } from "./stream-tree.ts";

/** What goes into a program directory. */
export type DirectoryContent = {
  /** The ONNX file. */
  readonly model: ByteSource;
  /** Header and records, as `programWords` gives them. */
  readonly program: Uint8Array;
  /** The leaf words under `weightsRoot`; they may be more than fit into memory. */
  readonly weights: ByteSource;
  /** The calibration samples, float32 little-endian; always hashed, written only when `shared`. */
  readonly calibration: { readonly samples: ByteSource; readonly shared: boolean };
  readonly values: readonly NamedValue[];
  readonly classNames?: readonly string[] | undefined;
};

/**
 * Writes a program directory, one pass over each file. The manifest is written last and an older one removed first: a
 * directory that has a manifest is whole.
 * @returns the manifest.
 */
export async function writeDirectory(writer: DirectoryWriter, content: DirectoryContent): Promise<Manifest> {
  const { values, classNames } = content;
  await writer.remove(FILES.manifest);
  await writer.remove(FILES.calibration);
  const tree = new TreeScanner();
  const files = {
    model: await writeFile(writer, FILES.model, content.model),
    program: await writeFile(writer, FILES.program, [content.program]),
    weights: await writeFile(writer, FILES.weights, observed(content.weights, [tree])),
  };
  const { samples, shared } = content.calibration;
  const calibration = shared ? await writeFile(writer, FILES.calibration, samples) : await factsOf(writer, samples);
  const manifest: Manifest = {
    format: FORMAT,
    programRoot: merkleRoot(content.program),
    weightsRoot: tree.finish().root,
    files,
    calibration: { ...calibration, shared },
    values,
    ...(classNames === undefined ? {} : { classNames }),
  };
  await writer.write(FILES.manifest, [new TextEncoder().encode(formatManifest(manifest))]);
  return manifest;
}

async function writeFile(writer: DirectoryWriter, name: FileName, content: ByteSource): Promise<FileFacts> {
  const hash = writer.createSha256();
  const count = new ByteCounter();
  await writer.write(name, observed(content, [hash, count]));
  return { size: count.bytes, sha256: toHex(hash.digest()) };
}

async function factsOf(writer: DirectoryWriter, content: ByteSource): Promise<FileFacts> {
  const hash = writer.createSha256();
  const count = new ByteCounter();
  await drain(observed(content, [hash, count]));
  return { size: count.bytes, sha256: toHex(hash.digest()) };
}
