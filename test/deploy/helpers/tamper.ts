import { toBeHex } from "ethers";
import { artifacts } from "hardhat";

import { suiteFrom, type AddressBook, type BookEntry } from "../../../deploy/address-book.ts";
import { checkDeployment } from "../../../deploy/check/check.ts";
import type { Compiled } from "../../../deploy/check/code.ts";
import type { Finding } from "../../../deploy/check/finding.ts";
import { CONTRACTS, type ContractName } from "../../../deploy/contracts.ts";
import { layOut } from "../../../deploy/layout.ts";
import { entryOf } from "../../../deploy/record.ts";
import { send } from "../../../deploy/send.ts";
import { stepsOf } from "../../../deploy/steps.ts";
import type { Suite } from "../../../sdk/suite.ts";
import { freshChain, settingsFor } from "./embedded.ts";

/** What the compiler made of a contract of the suite. */
export function compiled(solidity: string): Promise<Compiled> {
  return artifacts.readArtifact(solidity);
}

/** A deployment in which `meddle` is ADMIN of the access manager for a moment, before the deployer gives that up. */
export async function deployed(meddle: (suite: Suite) => Promise<unknown> = () => Promise.resolve()) {
  const { chain, deployer, provider, ethers } = await freshChain();
  const settings = settingsFor(chain.chainId);
  const layout = layOut(settings, deployer);
  const entries: [ContractName, BookEntry][] = [];
  for (const step of stepsOf(chain, layout)) {
    if (step.id === "renounce ADMIN") await meddle(suiteFrom(bookOf(entries), await ethers.getSigner(deployer)));
    const sent = await send(chain, deployer, step.call);
    const placed = layout.contracts.find(({ name }) => name === step.creates);
    if (placed !== undefined)
      entries.push([placed.name, await entryOf(chain, placed, { ...EMPTY, address: placed.address, ...place(sent) })]);
  }
  const book = bookOf(entries);
  const at = (name: ContractName) => book.contracts[name]?.address ?? "";

  return {
    chain,
    provider,
    settings,
    deployer,
    book,
    at,
    findings: (changed = book) => checkDeployment(chain, changed, settings, compiled),
    setCode: (name: ContractName, code: string) =>
      provider.request({ method: "hardhat_setCode", params: [at(name), code] }),
    /** Writes other values into the places of immutables that hold `from`. */
    replaceImmutable: async (name: ContractName, from: bigint | string, to: bigint | string) => {
      const [before, after] = [word(from), word(to)];
      const code = Buffer.from((await chain.provider.getCode(at(name))).slice(2), "hex");
      const { immutableReferences } = await compiled(CONTRACTS[name].solidity);
      for (const { start, length } of Object.values(immutableReferences ?? {}).flat()) {
        if (code.subarray(start, start + length).equals(before)) after.copy(code, start);
      }
      await provider.request({ method: "hardhat_setCode", params: [at(name), `0x${code.toString("hex")}`] });
    },
  };

  function bookOf(contracts: readonly [ContractName, BookEntry][]): AddressBook {
    return { chainId: chain.chainId, network: "somewhere", contracts: Object.fromEntries(contracts) };
  }
}

const EMPTY = { arguments: [] };

function place({ hash, block }: { readonly hash: string; readonly block: number }) {
  return { transactionHash: hash, block };
}

function word(value: bigint | string): Buffer {
  return Buffer.from(toBeHex(value, 32).slice(2), "hex");
}

/** The book with one entry changed. */
export function withEntry(book: AddressBook, name: ContractName, changes: Partial<BookEntry>): AddressBook {
  const entry = book.contracts[name];
  if (entry === undefined) throw new Error(`no ${name}`);
  return { ...book, contracts: { ...book.contracts, [name]: { ...entry, ...changes } } };
}

/** Where each finding is, and of which kind. */
export function kinds(findings: readonly Finding[]): readonly string[] {
  return findings.map(({ subject, what }) => `${subject} ${what}`);
}
