import { keccak256 } from "ethers";

import type { Chain } from "../chain.ts";
import { CONTRACTS } from "../contracts.ts";
import type { Placed } from "../layout.ts";
import type { Finding } from "./finding.ts";

/** What the compiler made of a contract. */
export type Compiled = {
  readonly deployedBytecode: string;
  /** Where the constructor writes values into the code, in bytes. */
  readonly immutableReferences?:
    Readonly<Record<string, readonly { readonly start: number; readonly length: number }[]>> | undefined;
};

/** Whether the code at a contract's address is what the compiler made, but for the values of immutables. */
export async function checkCode(
  { provider }: Chain,
  { name, address, origin }: Placed,
  artifactOf: (solidity: string) => Promise<Compiled>,
): Promise<readonly Finding[]> {
  const { solidity } = CONTRACTS[name];
  const code = await provider.getCode(address);
  const finding = (expected: string, found: string): readonly Finding[] => [
    { subject: solidity, what: "code", expected, found },
  ];
  if (code === "0x") return finding(`code at ${address}`, "none");
  if (origin.kind === "existing") return [];

  const compiled = await artifactOf(solidity);
  const [expected, found] = [mask(compiled.deployedBytecode, compiled), mask(code, compiled)].map((text) =>
    keccak256(text),
  );
  return expected === found || expected === undefined || found === undefined ? [] : finding(expected, found);
}

/** The code with zeros in the place of every immutable. */
function mask(code: string, { immutableReferences }: Compiled): string {
  const bytes = Buffer.from(code.slice(2), "hex");
  for (const places of Object.values(immutableReferences ?? {})) {
    for (const { start, length } of places) bytes.fill(0, start, start + length);
  }
  return `0x${bytes.toString("hex")}`;
}
