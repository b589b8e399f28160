import { readFile } from "node:fs/promises";

import { getAddress, isAddress, isHexString, parseEther } from "ethers";

import { SuiteError } from "../../sdk/errors.ts";
import { Arithmetic, ModelKind, Runtime } from "../../sdk/registry/terms.ts";
import { toVersionId } from "../../sdk/registry/version-id.ts";
import { parseDuration } from "./duration.ts";
import { CliError } from "./errors.ts";
import { flagName } from "./flag-name.ts";
import { FORMS, type Option, type OptionKind, type Options, type OptionValues, type Values } from "./options.ts";

/** What the texts of options may refer to. */
export type Surroundings = {
  /** Addresses of the suite's contracts by their name. */
  readonly contracts: ReadonlyMap<string, string>;
  /** The chain's clock, unix seconds. */
  readonly now: bigint;
  /** The address that `me` stands for. */
  readonly me: () => Promise<string>;
};

/** The texts of a task's options, by name; `undefined` if left out. */
export type Texts = Readonly<Record<string, string | boolean | undefined>>;

/**
 * Reads the texts of a task's options.
 * @throws CliError `OPTION_MISSING`, `OPTION_INVALID`, `FILE_UNREADABLE`.
 */
export async function parseOptions<Of extends Options>(
  options: Of,
  texts: Texts,
  surroundings: Surroundings,
): Promise<Values<Of>> {
  const values: Record<string, OptionValues[OptionKind] | undefined> = {};
  for (const [name, option] of Object.entries(options)) {
    values[name] = await parseOption(name, option, texts[name], surroundings);
  }
  return values as Values<Of>;
}

async function parseOption(
  name: string,
  option: Option,
  given: string | boolean | undefined,
  surroundings: Surroundings,
): Promise<OptionValues[OptionKind] | undefined> {
  const text = typeof given === "string" ? given : option.fallback;
  if (text === undefined && !option.given) return undefined;
  const flag = flagName(name);
  if (text === undefined) throw new CliError("OPTION_MISSING", `${flag} is missing`, `give ${FORMS[option.kind]}`);
  try {
    return await PARSERS[option.kind](text.trim(), surroundings);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new CliError("OPTION_INVALID", `${flag} is "${text}": ${error.message}`, `give ${FORMS[option.kind]}`);
  }
}

/** Why a text cannot be read; becomes part of a {@link CliError}. */
class Refusal extends Error {}

type Parsers = {
  readonly [Kind in OptionKind]: (
    text: string,
    surroundings: Surroundings,
  ) => OptionValues[Kind] | Promise<OptionValues[Kind]>;
};

const PARSERS: Parsers = {
  opg: parseOpg,
  decimal: parseDecimal,
  address: parseAddress,
  version: parseVersion,
  parents: (text) => (text === "" ? [] : text.split(",").map(parseParent)),
  share: parseShare,
  duration: (text) => durationOf(text),
  time: (text, { now }) => (/^\d+$/.test(text) ? BigInt(text) : now + durationOf(text)),
  number: parseWhole,
  text: (text) => text,
  path: (text) => text,
  file: readBytes,
  bytes32: parseBytes32,
  modelKind: (text) => parseName(ModelKind, text),
  runtime: (text) => parseName(Runtime, text),
  arithmetic: (text) => parseName(Arithmetic, text),
};

function parseDecimal(text: string): string {
  if (text.startsWith("-")) throw new Refusal("an amount cannot be negative");
  return /^\d+(\.\d+)?$/.test(text) ? text : refuse("that is not a decimal number");
}

function parseOpg(text: string): bigint {
  const [, fraction = ""] = parseDecimal(text).split(".");
  if (fraction.length > 18) throw new Refusal(`OPG has 18 decimals, not ${fraction.length}`);
  return parseEther(text);
}

async function parseAddress(text: string, { contracts, me }: Surroundings): Promise<string> {
  if (text === "me") return me();
  const contract = contracts.get(text);
  if (contract !== undefined) return contract;
  if (isAddress(text)) return getAddress(text);
  if (/^0x[0-9a-fA-F]{40}$/.test(text)) throw new Refusal("its checksum is wrong, so a digit is mistyped");
  throw new Refusal(`that is no address, and the contracts are called ${[...contracts.keys()].join(", ")}`);
}

function parseVersion(text: string): bigint {
  const [, model, number] = /^(\d+)(?:\.(\d+))?$/.exec(text) ?? refuse("that is not modelId.number");
  try {
    if (model !== undefined && number !== undefined) return toVersionId(BigInt(model), BigInt(number));
    return toVersionId(BigInt(text) >> 32n, BigInt.asUintN(32, BigInt(text)));
  } catch (error) {
    if (error instanceof SuiteError) throw new Refusal(error.message);
    throw error;
  }
}

function parseParent(text: string): OptionValues["parents"][number] {
  const [version = "", share] = text.trim().split(":");
  if (share === undefined) throw new Refusal(`the parent ${version} has no share`);
  return { versionId: parseVersion(version), shareBps: parseShare(share) };
}

function parseShare(text: string): bigint {
  const [, whole = "", fraction = ""] = /^(\d+)(?:\.(\d+))?\s*%$/.exec(text) ?? refuse("that is not a percentage");
  if (fraction.length > 2) throw new Refusal("shares are counted in hundredths of a percent");
  return BigInt(whole) * 100n + BigInt(fraction.padEnd(2, "0"));
}

function durationOf(text: string): bigint {
  return parseDuration(text) ?? refuse("that is not a length of time");
}

function parseWhole(text: string): bigint {
  return /^\d+$/.test(text) ? BigInt(text) : refuse("that is not a whole number from 0 up");
}

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new CliError("FILE_UNREADABLE", `${path} cannot be read`, "check the path and its permissions", cause);
  }
}

function parseBytes32(text: string): string {
  return isHexString(text, 32) ? text.toLowerCase() : refuse("that is not 0x and 64 hexadecimal digits");
}

function parseName(numbers: Readonly<Record<string, bigint>>, text: string): bigint {
  const found = Object.entries(numbers).find(([name]) => name.toLowerCase() === text.toLowerCase());
  return found === undefined ? refuse("there is no such name") : found[1];
}

function refuse(why: string): never {
  throw new Refusal(why);
}
