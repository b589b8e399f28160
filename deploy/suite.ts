import { ContractFactory, type ContractRunner, type Signer } from "ethers";

import { connectSuite } from "../sdk/addresses.ts";
import { FACTORIES } from "../sdk/factories.ts";
import type { Suite } from "../sdk/suite.ts";
import { kindOf } from "./chain-kind.ts";
import { CONTRACT_NAMES, CONTRACTS, type ContractName, type Origin } from "./contracts.ts";
import { DeployError } from "./errors.ts";
import { birthplace, lookUp } from "./layout.ts";
import type { OpgSource, Parameters } from "./parameters.ts";
import { powerCalls, renounceCall, type PowerCall } from "./power-calls.ts";

export type Deployed = { readonly name: string; readonly address: string };

/**
 * Deploys every contract, gives each power to the one contract that needs it and leaves the deployer without any. For development chains: at
 * once, at whatever addresses come. `npm run deploy` is for chains that stay.
 * @param genesisHolder receives the whole supply of OPG.
 * @param onDeployed told after each contract.
 * @param token the OPG to use; a new one unless said.
 * @throws DeployError `NOT_A_DEVELOPMENT_CHAIN`.
 */
export async function deploySuite(
  deployer: Signer & ContractRunner,
  genesisHolder: string,
  parameters: Parameters,
  onDeployed: (deployed: Deployed) => void = () => undefined,
  token: OpgSource = { kind: "new" },
): Promise<Suite> {
  await requireDevelopmentChain(deployer);
  const suite = await deployContracts(deployer, genesisHolder, parameters, onDeployed, token);
  await grantPowers(suite, deployer);
  await renouncePower(suite, deployer);
  return suite;
}

/** Without governance nobody could stop a deployment or spend its treasury, so it must not hold anything of value. */
async function requireDevelopmentChain({ provider }: Signer): Promise<void> {
  const network = await provider?.getNetwork();
  if (network !== undefined && kindOf(network.chainId) === "development") return;
  throw new DeployError({
    code: "NOT_A_DEVELOPMENT_CHAIN",
    what: `chain ${network?.chainId ?? "(none)"} may hold real value, and the suite has no governance yet`,
    next: "use the embedded chain, or start `npx hardhat node` and add --network localhost",
  });
}

/** Deploys every contract; the deployer is still the access manager's ADMIN, and nobody else has any power. */
export async function deployContracts(
  deployer: Signer & ContractRunner,
  genesisHolder: string,
  parameters: Parameters,
  onDeployed: (deployed: Deployed) => void = () => undefined,
  token: OpgSource = { kind: "new" },
): Promise<Suite> {
  const places = new Map<ContractName, string>();
  const at = lookUp(places);
  const origin: Origin = {
    deployer: await deployer.getAddress(),
    holder: genesisHolder,
    burnable: token.kind === "new" || token.burnable,
    tokenVotes: token.kind === "new" || token.votes,
    parameters,
    at,
  };
  if (token.kind === "existing") places.set("opg", token.address);
  for (const name of CONTRACT_NAMES.filter((needed) => !places.has(needed))) {
    const { solidity, bornOf } = CONTRACTS[name];
    const address = bornOf ? birthplace(at(bornOf.name), bornOf.nonce) : await create(name, origin, deployer);
    places.set(name, address);
    onDeployed({ name: solidity, address });
  }
  return connectSuite(Object.fromEntries(places) as Record<ContractName, string>, deployer);
}

async function create(name: ContractName, origin: Origin, deployer: Signer): Promise<string> {
  const factory = FACTORIES[name];
  const creator = new ContractFactory(factory.createInterface(), factory.bytecode, deployer);
  const contract = await creator.deploy(...CONTRACTS[name].wires(origin).map(({ value }) => value));
  await contract.waitForDeployment();
  return contract.getAddress();
}

/** Writes the power map to the access manager, whose ADMIN `deployer` must be. */
export async function grantPowers(suite: Suite, deployer: Signer): Promise<void> {
  const addresses = await Promise.all(
    CONTRACT_NAMES.map(async (name) => [name, await suite[name].getAddress()] as const),
  );
  const places = new Map<ContractName, string>(addresses);
  for (const call of powerCalls(lookUp(places))) await make(call, suite, deployer);
}

/** Gives up the deployer's own power: from here on nobody is ADMIN. */
export async function renouncePower(suite: Suite, deployer: Signer): Promise<void> {
  await make(renounceCall(await deployer.getAddress()), suite, deployer);
}

async function make({ data }: PowerCall, { manager }: Suite, deployer: Signer): Promise<void> {
  await (await deployer.sendTransaction({ to: manager, data })).wait();
}
