import { toBeHex } from "ethers";
import { artifacts } from "hardhat";

import { suiteFrom, type AddressBook, type BookEntry } from "../../../deploy/address-book.ts";
import { connectChain } from "../../../deploy/chain.ts";
import { checkDeployment } from "../../../deploy/check/check.ts";
import type { Compiled } from "../../../deploy/check/code.ts";
import type { Finding } from "../../../deploy/check/finding.ts";
import { CONTRACTS, type ContractName } from "../../../deploy/contracts.ts";
import { renounceCall } from "../../../deploy/power-calls.ts";
import { runDeployment } from "../../../deploy/run.ts";
import { send } from "../../../deploy/send.ts";
import type { Suite } from "../../../sdk/suite.ts";
import { Broken, deploymentOn, freshChain, isWrite, meddling, settingsFor } from "./embedded.ts";
import { deployErrorOf } from "./refusals.ts";

/** What the compiler made of a contract of the suite. */
export function compiled(solidity: string): Promise<Compiled> {
  return artifacts.readArtifact(solidity);
}

/** A deployment in which `meddle` is ADMIN of the access manager for a moment, before the deployer gives that up. */
export async function deployed(meddle: (suite: Suite) => Promise<unknown> = () => Promise.resolve()) {
  const { chain, deployer, provider, ethers } = await freshChain();
  const settings = settingsFor(chain.chainId);
  const renounce = renounceCall(deployer).data;
  let isStopped = false;
  const mortal = meddling(provider, (call, ask) => {
    isStopped ||= isWrite(call) && JSON.stringify(call.params).includes(renounce);
    return isStopped ? Promise.reject(new Broken("stopped")) : ask();
  });
  let kept: AddressBook | undefined;
  const run = runDeployment(deploymentOn(await connectChain(mortal, []), deployer), {
    made: () => undefined,
    keep(soFar) {
      kept = soFar;
      return Promise.resolve();
    },
  });
  await deployErrorOf(run);
  const book: AddressBook = kept ?? { chainId: chain.chainId, network: "somewhere", contracts: {} };
  const at = (name: ContractName) => book.contracts[name]?.address ?? "";
  await meddle(suiteFrom(book, await ethers.getSigner(deployer)));
  await send(chain, deployer, { to: at("manager"), data: renounce });

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
