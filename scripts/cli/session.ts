import type { HardhatEthersProvider } from "@nomicfoundation/hardhat-ethers/types";
import { ZeroAddress } from "ethers";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { NetworkConnection } from "hardhat/types/network";

import { readAddressBook, suiteFrom, type AddressBook } from "../../deploy/address-book.ts";
import type { Suite } from "../../sdk/suite.ts";
import { CliError } from "./errors.ts";
import type { AddressNames } from "./format.ts";
import type { Surroundings } from "./parse.ts";
import type { Rpc } from "./rpc.ts";
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
  const { provider } = (await openForReading(hre)).ethers;
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
      chosen.sender ??= findSender(openForSending(hre), chainId, choice);
      return chosen.sender;
    },
    print(line) {
      console.log(line);
    },
  };
}

/** Without the network's keys, which are not there on every machine: who only looks, or signs elsewhere, is not asked for a password. */
function openForReading(hre: HardhatRuntimeEnvironment): Promise<NetworkConnection> {
  return isRemote(hre)
    ? hre.network.create({ override: { accounts: "remote", from: ZeroAddress } })
    : hre.network.getOrCreate();
}

/** Opened with the first call, since that is when Hardhat asks for the keys. */
function openForSending(hre: HardhatRuntimeEnvironment): Rpc {
  return async (method, params) => {
    const { provider } = await hre.network.getOrCreate();
    const answer: unknown = await provider.request({ method, params: [...params] });
    return answer;
  };
}

/** A second connection to an embedded chain would be another chain. */
function isRemote({ config, globalOptions }: HardhatRuntimeEnvironment): boolean {
  return config.networks[globalOptions.network]?.type === "http";
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
