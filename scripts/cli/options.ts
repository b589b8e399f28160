/** What an option's text means once it is read, see `parse.ts`. This file and the tables it serves load nothing: the config imports them. */
export type OptionValues = {
  /** OPG in decimals; the value is in wei. */
  readonly opg: bigint;
  /** A decimal number of some token, whose decimals only the chain knows. */
  readonly decimal: string;
  /** An address, the name of a contract of the suite, or `me`. */
  readonly address: string;
  /** `modelId.number`, or the packed number. */
  readonly version: bigint;
  /** Up to 8 parents: `1.1:30%,2.4:5%`. */
  readonly parents: readonly { readonly versionId: bigint; readonly shareBps: bigint }[];
  /** A share such as `20%`; the value is in 1/10,000. */
  readonly share: bigint;
  /** A length of time such as `90s`, `2h` or `1d12h`; the value is in seconds. */
  readonly duration: bigint;
  /** A moment: unix seconds, or a length of time from now on; the value is in unix seconds. */
  readonly time: bigint;
  /** A whole number, not negative. */
  readonly number: bigint;
  readonly text: string;
  /** The path of a file that the task reads piece by piece, or writes. */
  readonly path: string;
  /** The path of a file; the value is its bytes. */
  readonly file: Uint8Array;
  /** 32 bytes in hexadecimal. */
  readonly bytes32: string;
  /** `model`, `adapter` or `dataset`. */
  readonly modelKind: bigint;
  /** What runs a version's file, by its name in `sdk/registry/terms.ts`. */
  readonly runtime: bigint;
  /** The numbers a version computes in, by their name in `sdk/registry/terms.ts`. */
  readonly arithmetic: bigint;
};

export type OptionKind = keyof OptionValues;

/** One `--option` of a task. */
export type Option<Kind extends OptionKind = OptionKind, Given extends boolean = boolean> = {
  readonly kind: Kind;
  /** For `--help` and docs/cli.md: what it is, not what its text looks like. */
  readonly describes: string;
  /** Whether the task always gets a value: the option is required, or has a fallback. */
  readonly given: Given;
  /** The text that stands for an option left out. */
  readonly fallback?: string;
};

export type Options = Readonly<Record<string, Option>>;

/** What a task is handed: one value for each of its options. */
export type Values<Of extends Options> = {
  readonly [Name in keyof Of]: Of[Name] extends Option<infer Kind, infer Given>
    ? OptionValues[Kind] | (Given extends true ? never : undefined)
    : never;
};

/** An option that the task cannot do without. */
export function required<Kind extends OptionKind>(kind: Kind, describes: string): Option<Kind, true> {
  return { kind, describes, given: true };
}

/** An option that may be left out; the task is handed `undefined` then. */
export function optional<Kind extends OptionKind>(kind: Kind, describes: string): Option<Kind, false> {
  return { kind, describes, given: false };
}

/** An option that is read as `fallback` when it is left out. */
export function defaulted<Kind extends OptionKind>(
  kind: Kind,
  fallback: string,
  describes: string,
): Option<Kind, true> {
  return { kind, describes, given: true, fallback };
}

/** How the text of each kind of option looks, for `--help` and docs/cli.md. */
export const FORMS: Readonly<Record<OptionKind, string>> = {
  opg: "OPG, for instance 12.5",
  decimal: "a decimal number, for instance 12.5",
  address: "an address, a contract's name such as market, or me",
  version: "a version, for instance 3.1 for the first of model 3",
  parents: "versions and their shares, for instance 1.1:30%,2.4:5%",
  share: "a share, for instance 20%",
  duration: "a length of time, for instance 90s, 2h or 1d12h",
  time: "unix seconds, or a length of time from now",
  number: "a whole number",
  text: "text",
  path: "a file",
  file: "a file",
  bytes32: "32 bytes, 0x…",
  modelKind: "model, adapter or dataset",
  runtime: "data, onnx, hosted, program or unspecified",
  arithmetic: "float32, int8, float16, bfloat16 or unspecified",
};
