import { Interface } from "ethers";

import { FACTORIES } from "../../sdk/factories.ts";
import type { Suite } from "../../sdk/suite.ts";

/** A parameter as the compiler wrote it: `internalType` still knows enums and value types, which ethers forgets. */
export type AbiParameter = {
  readonly name: string;
  readonly type: string;
  readonly internalType: string;
  readonly components?: readonly AbiParameter[];
};

/** A function, event or error. */
export type AbiEntry = {
  readonly type: string;
  readonly name?: string;
  readonly stateMutability?: string;
  readonly inputs?: readonly AbiParameter[];
  readonly outputs?: readonly AbiParameter[];
};

export type ContractName = keyof Suite;

/** What each contract of the suite can be asked and can say. */
export const ABIS = Object.fromEntries(
  Object.entries<{ readonly abi: readonly AbiEntry[] }>(FACTORIES).map(([name, { abi }]) => [name, abi]),
) as Readonly<Record<ContractName, readonly AbiEntry[]>>;

/** `bond(uint256)`: what tells overloads apart. */
export function signatureOf({ name = "", inputs = [] }: AbiEntry): string {
  return `${name}(${inputs.map(typeOf).join(",")})`;
}

function typeOf({ type, components }: AbiParameter): string {
  return components === undefined ? type : type.replace("tuple", `(${components.map(typeOf).join(",")})`);
}

/** What encodes and decodes these entries. */
export function codecOf(entries: readonly AbiEntry[]): Interface {
  return new Interface(JSON.stringify(entries));
}
