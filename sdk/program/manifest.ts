import type { Hex } from "./merkle.ts";

/** The version of the directory's format, the first thing a reader looks at. */
export const FORMAT = "program-directory/1";

/** Length and SHA-256 of one file. */
export type FileFacts = { readonly size: number; readonly sha256: Hex };

/** A value of the float network as integers. */
export type NamedValue = {
  /** The ONNX node that makes it; several share a record where one was made part of another. */
  readonly node: string;
  readonly record: number;
  /** Real value of one unit; 1 for class numbers. */
  readonly scale: number;
};

/** What a program directory says about itself. Hashes are lower-case hexadecimal with `0x`, sizes bytes. */
export type Manifest = {
  readonly format: typeof FORMAT;
  /** What a version publishes besides the file's hash. */
  readonly programRoot: Hex;
  readonly weightsRoot: Hex;
  /** The SHA-256 of `model` is the version's `contentHash`. */
  readonly files: { readonly model: FileFacts; readonly program: FileFacts; readonly weights: FileFacts };
  /** The samples that the program was calibrated on, float32 little-endian; `shared` when the directory holds them. */
  readonly calibration: FileFacts & { readonly shared: boolean };
  /** Where the network's values are in the program. */
  readonly values: readonly NamedValue[];
  /** Names of the classes, in the order of their numbers, where the output is one. */
  readonly classNames?: readonly string[];
};

/** The manifest's text: the same manifest gives the same bytes. */
export function formatManifest(manifest: Manifest): string {
  const { format, programRoot, weightsRoot, files, calibration, values, classNames } = manifest;
  const facts = ({ size, sha256 }: FileFacts): FileFacts => ({ size, sha256 });
  const ordered = {
    format,
    programRoot,
    weightsRoot,
    files: { model: facts(files.model), program: facts(files.program), weights: facts(files.weights) },
    calibration: { ...facts(calibration), shared: calibration.shared },
    values: values.map(({ node, record, scale }) => ({ node, record, scale })),
    ...(classNames === undefined ? {} : { classNames }),
  };
  return `${JSON.stringify(ordered, undefined, 2)}\n`;
}
