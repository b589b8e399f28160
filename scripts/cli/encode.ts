import { isError, type Interface } from "ethers";

import { ABIS, codecOf, signatureOf, type AbiEntry } from "./abi.ts";
import { CliError } from "./errors.ts";
import { formatArguments, type AddressNames } from "./format.ts";
import type { Call } from "./rows.ts";

/** A call in the chain's bytes and in words. */
export type EncodedCall = {
  /** `staking.bond`. */
  readonly name: string;
  /** `staking.bond(assets: 100 OPG)`. */
  readonly text: string;
  readonly data: string;
  /** What the function returned, for people: `ticketId: 3`; empty if it returns nothing. */
  describeResult(data: string): string;
  decodeResult(data: string): readonly unknown[];
};

/** @throws CliError `OPTION_INVALID` when a value does not fit into its argument. */
export function encodeCall({ contract, method, args }: Call, known: AddressNames): EncodedCall {
  const entry = findFunction(contract, method);
  const { name: short = "", inputs = [], outputs = [] } = entry;
  const codec = codecOf([entry]);
  const name = `${contract}.${short}`;
  function decodeResult(data: string): readonly unknown[] {
    return [...(codec.decodeFunctionResult(short, data) as Iterable<unknown>)];
  }
  return {
    name,
    text: `${name}(${formatArguments(short, inputs, args.map(positional), known)})`,
    data: encode(codec, short, args, name),
    decodeResult,
    describeResult: (data) => formatArguments(short, outputs, decodeResult(data), known),
  };
}

function findFunction(contract: Call["contract"], method: string): AbiEntry {
  const functions = ABIS[contract].filter(({ type }) => type === "function");
  const found = functions.find((entry) => entry.name === method || signatureOf(entry) === method);
  if (found === undefined) throw new TypeError(`${contract} has no function ${method}`);
  return found;
}

function encode(codec: Interface, method: string, args: readonly unknown[], name: string): string {
  try {
    return codec.encodeFunctionData(method, args);
  } catch (cause) {
    if (!isError(cause, "INVALID_ARGUMENT")) throw cause;
    throw new CliError(
      "OPTION_INVALID",
      `${name}: ${cause.argument} is ${String(cause.value)}, ${cause.shortMessage}`,
      "give a value that the contract can hold",
      cause,
    );
  }
}

/** Structs as the decoder gives them, values without names, so that both are shown alike. */
function positional(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(positional);
  if (value instanceof Uint8Array || typeof value !== "object" || value === null) return value;
  return Object.values(value).map(positional);
}
