import { formatEther } from "ethers";

import { connectChain, deployerOf } from "./chain.ts";
import { DeployError } from "./errors.ts";
import { FACTORY_COST } from "./factory.ts";
import type { NetworkParameters } from "./parameters.ts";
import type { Rpc } from "./patience.ts";
import { layOutFor, runDeployment, type Deployment } from "./run.ts";
import { stepsOf } from "./steps.ts";

/** One step as it stands. */
export type Planned = {
  readonly id: string;
  /** `undefined`: done. */
  readonly missing: string | undefined;
  /** Measured in a rehearsal; 0 when done. */
  readonly gas: bigint;
};

export type Plan = {
  readonly steps: readonly Planned[];
  /** Of all that is missing. */
  readonly gas: bigint;
  /** Wei at most, unless the base fee more than doubles; rollups add a fee for data. */
  readonly cost: bigint;
  /** Wei that the deployer has. */
  readonly balance: bigint;
};

/**
 * What a run would do, without sending anything. Gas comes from a rehearsal of the same steps.
 * @param embedded a fresh development chain for the rehearsal.
 * @throws DeployError what {@link runDeployment} refuses before its first transaction.
 */
export async function planDeployment(deployment: Deployment, embedded: Rpc): Promise<Plan> {
  const { chain, settings, deployer } = deployment;
  const layout = await layOutFor(deployment);
  const missing: { id: string; missing: string | undefined }[] = [];
  for (const step of stepsOf(chain, layout)) missing.push({ id: step.id, missing: await step.pending() });

  const isDone = missing.every((step) => step.missing === undefined);
  const measured = isDone ? new Map<string, bigint>() : await rehearse(settings, embedded);
  const steps = missing.map((step) => ({
    ...step,
    gas: step.missing === undefined ? 0n : (measured.get(step.id) ?? 0n),
  }));
  const gas = steps.reduce((sum, step) => sum + step.gas, 0n);
  const { maxFeePerGas, gasPrice } = await chain.provider.getFeeData();
  const cost = gas * (maxFeePerGas ?? gasPrice ?? 0n) + (steps[0]?.missing === undefined ? 0n : FACTORY_COST);
  return { steps, gas, cost, balance: await chain.provider.getBalance(deployer) };
}

/** @throws DeployError `INSUFFICIENT_FUNDS`. */
export function requireFunds({ cost, balance }: Plan, deployer: string): void {
  if (balance >= cost) return;
  throw new DeployError({
    code: "INSUFFICIENT_FUNDS",
    what: `${deployer} has ${formatEther(balance)} ETH, and the missing steps cost about ${formatEther(cost)} ETH`,
    next: "send it the difference and run the same command again",
  });
}

/** Gas of each step, measured on a chain of our own, where the OPG is always a new one. */
async function rehearse({ parameters }: NetworkParameters, embedded: Rpc): Promise<ReadonlyMap<string, bigint>> {
  const chain = await connectChain(embedded);
  const settings: NetworkParameters = { chainId: chain.chainId, opg: { kind: "new" }, parameters };
  const gas = new Map<string, bigint>();
  await runDeployment(
    { chain, network: "rehearsal", settings, deployer: await deployerOf(chain), known: undefined },
    {
      made: ({ id }, { gasUsed }) => gas.set(id, gasUsed),
      keep: () => Promise.resolve(),
    },
  );
  return gas;
}
