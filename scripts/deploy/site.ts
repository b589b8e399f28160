import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { NetworkConnection } from "hardhat/types/network";

import { findAddressBook, type AddressBook } from "../../deploy/address-book.ts";
import { connectChain, type Chain } from "../../deploy/chain.ts";
import { notDeployed } from "../../deploy/errors.ts";
import type { NetworkParameters } from "../../deploy/parameters.ts";
import { parametersOf } from "../../deploy/validate-parameters.ts";

/** One network, as the commands work with it. */
export type Site = {
  readonly hre: HardhatRuntimeEnvironment;
  readonly chain: Chain;
  /** The network's name in hardhat.config.ts. */
  readonly network: string;
  readonly settings: NetworkParameters;
  /** The folder of its address book; none for the embedded chain, which ends with the process. */
  readonly folder: string | undefined;
  close(): Promise<void>;
};

/** @param needsKey whether the deployer's key is asked of the keystore: who only reads needs none. */
export async function openSite(hre: HardhatRuntimeEnvironment, folder: string, needsKey: boolean): Promise<Site> {
  const connection = await connect(hre, needsKey);
  const network = connection.networkName;
  const isEmbedded = connection.networkConfig.type === "edr-simulated";
  return {
    hre,
    network,
    settings: parametersOf(network),
    chain: await connectChain(connection.provider),
    folder: isEmbedded ? undefined : folder,
    close: () => connection.close(),
  };
}

/** The network that the command line names. */
async function connect(hre: HardhatRuntimeEnvironment, needsKey: boolean): Promise<NetworkConnection> {
  const connection = await hre.network.create();
  const { networkName: network, networkConfig } = connection;
  if (needsKey || networkConfig.type === "edr-simulated") return connection;
  await connection.close();
  return hre.network.create({ network, override: { accounts: "remote" } });
}

/** The network's address book, if there is one. */
export async function findBook({ chain, folder }: Site): Promise<AddressBook | undefined> {
  return folder === undefined ? undefined : findAddressBook(chain.chainId, folder);
}

/** @throws DeployError `NOT_DEPLOYED`. */
export async function requireBook(site: Site): Promise<AddressBook> {
  const book = await findBook(site);
  if (book !== undefined) return book;
  throw notDeployed(`there is no address book of the network ${site.network}`);
}
