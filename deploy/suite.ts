import type { ContractRunner, Signer } from "ethers";

import {
  factories,
  InferenceMarket__factory,
  RevenueSplitter__factory,
  ComputeStaking__factory,
  ModelRegistry__factory,
  OPG__factory,
  SlashEscrow__factory,
  Treasury__factory,
  VotingPower__factory,
} from "../sdk/generated/index.ts";
import { SuiteError } from "../sdk/errors.ts";
import type { Suite } from "../sdk/suite.ts";
import type { Parameters } from "./parameters.ts";
import { grantPowers, renouncePower } from "./powers.ts";

const { AccessManager__factory } = factories.openzeppelin.contracts.access.manager;

export type Deployed = { readonly name: string; readonly address: string };

/**
 * Deploys every contract, gives each power to the one contract that needs it and leaves the deployer without any.
 * @param genesisHolder receives the whole supply of OPG.
 * @param onDeployed told after each contract.
 * @throws SuiteError `NOT_A_DEVELOPMENT_CHAIN`.
 */
export async function deploySuite(
  deployer: Signer & ContractRunner,
  genesisHolder: string,
  parameters: Parameters,
  onDeployed: (deployed: Deployed) => void = () => undefined,
): Promise<Suite> {
  await requireDevelopmentChain(deployer);
  const suite = await deployContracts(deployer, genesisHolder, parameters, onDeployed);
  await grantPowers(suite);
  await renouncePower(suite, deployer);
  return suite;
}

/** The chain id of Hardhat's development chains, embedded or as a node. */
const DEVELOPMENT_CHAIN = 31_337n;

/** Without governance nobody could stop a deployment or spend its treasury, so it must not hold anything of value. */
async function requireDevelopmentChain({ provider }: Signer): Promise<void> {
  const network = await provider?.getNetwork();
  if (network?.chainId === DEVELOPMENT_CHAIN) return;
  throw new SuiteError({
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
): Promise<Suite> {
  async function done<C extends { waitForDeployment(): Promise<unknown>; getAddress(): Promise<string> }>(
    name: string,
    deployment: Promise<C>,
  ): Promise<C> {
    const contract = await deployment;
    await contract.waitForDeployment();
    onDeployed({ name, address: await contract.getAddress() });
    return contract;
  }

  const { minimumBond, collateralFloor, treasuryBps, burnBps } = parameters;
  const manager = await done("AccessManager", new AccessManager__factory(deployer).deploy(deployer));
  const opg = await done("OPG", new OPG__factory(deployer).deploy(genesisHolder));
  const registry = await done("ModelRegistry", new ModelRegistry__factory(deployer).deploy());
  const treasury = await done("Treasury", new Treasury__factory(deployer).deploy(manager));
  const staking = await done(
    "ComputeStaking",
    new ComputeStaking__factory(deployer).deploy(opg, true, true, manager, minimumBond),
  );
  // The staking contract has built these two.
  const escrow = SlashEscrow__factory.connect(await staking.ESCROW(), deployer);
  const votes = VotingPower__factory.connect(await staking.VOTES(), deployer);
  onDeployed({ name: "SlashEscrow", address: await escrow.getAddress() });
  onDeployed({ name: "VotingPower", address: await votes.getAddress() });
  const splitter = await done(
    "RevenueSplitter",
    new RevenueSplitter__factory(deployer).deploy(opg, true, registry, staking, treasury, treasuryBps, burnBps),
  );
  const market = await done(
    "InferenceMarket",
    new InferenceMarket__factory(deployer).deploy(opg, registry, staking, splitter, collateralFloor),
  );

  return { manager, opg, registry, treasury, staking, escrow, votes, splitter, market };
}
