import type { HardhatEthersProvider } from "@nomicfoundation/hardhat-ethers/types";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { readAddressBook, suiteFrom, type AddressBook } from "../../deploy/address-book.ts";
import type { Suite } from "../../sdk/suite.ts";
import { CliError } from "./errors.ts";
import type { AddressNames } from "./format.ts";
import type { Surroundings } from "./parse.ts";
import { findSender, type Sender, type SenderChoice } from "./sender.ts";

const PATIENCE = 600_000;

/** One command's view of the suite on one network. */
export type Session = {
  readonly provider: HardhatEthersProvider;
  readonly chainId: bigint;
  readonly book: AddressBook;
  /** For reading; writes go through {@link Session.sender}. */
  readonly suite: Suite;
  /** Names of the suite's addresses, for what is shown. */
  readonly known: AddressNames;
  /** The chain's clock, unix seconds. */
  readonly now: bigint;
  /** Milliseconds to wait for a sent transaction. */
  readonly patience: number;
  /** Who sends. Asked for only when needed, since the keystore asks for a password. */
  readonly sender: () => Promise<Sender>;
  readonly print: (line: string) => void;
};

/**
 * Connects to the network that `--network` names and to the suite deployed there.
 * @param addresses folder of the address books; that of the project if left out.
 * @throws SuiteError `NOT_DEPLOYED`; CliError `NO_CONTRACT_CODE` when the address book speaks of another chain than this one.
 */
export async function openSession(
  hre: HardhatRuntimeEnvironment,
  choice: SenderChoice,
  addresses?: string,
): Promise<Session> {
  const { ethers, provider: network } = await hre.network.create();
  const { provider } = ethers;
  const { chainId } = await provider.getNetwork();
  const book = await readAddressBook(chainId, addresses);
  const suite = suiteFrom(book, provider);
  await requireCode(provider, book);
  const chosen: { sender?: Promise<Sender> } = {};
  return {
    provider,
    chainId,
    book,
    suite,
    known: new Map(Object.entries(book.contracts).map(([name, { address }]) => [address, name])),
    now: await nextTimestamp(provider),
    patience: PATIENCE,
    sender() {
      chosen.sender ??= findSender(
        (method, params) => network.request({ method, params: [...params] }),
        chainId,
        choice,
      );
      return chosen.sender;
    },
    print(line) {
      console.log(line);
    },
  };
}

/** What options may refer to in this session. */
export function surroundingsOf({ book, now, sender }: Session): Surroundings {
  return {
    contracts: new Map(Object.entries(book.contracts).map(([name, { address }]) => [name, address])),
    now,
    me: async () => (await sender()).address,
  };
}

/** A development chain's latest block may be hours old; where the next one is not shown, blocks are frequent. */
async function nextTimestamp(provider: HardhatEthersProvider): Promise<bigint> {
  const pending: unknown = await provider.send("eth_getBlockByNumber", ["pending", false]).catch(() => undefined);
  if (typeof pending === "object" && pending !== null && "timestamp" in pending)
    return BigInt(String(pending.timestamp));
  return BigInt((await provider.getBlock("latest"))?.timestamp ?? 0);
}

/** A restarted development node has the old chain's id and none of its contracts. */
async function requireCode(provider: HardhatEthersProvider, { chainId, contracts }: AddressBook): Promise<void> {
  for (const [name, { address }] of Object.entries(contracts)) {
    if ((await provider.getCode(address)) !== "0x") continue;
    throw new CliError(
      "NO_CONTRACT_CODE",
      `the address book of chain ${chainId} has ${name} at ${address}, and there is nothing`,
      "the chain was started anew: deploy again, with npm run deploy -- --network <name>",
    );
  }
}
