import { deployerOf } from "../../deploy/chain.ts";
import { kindOf } from "../../deploy/chain-kind.ts";
import { planDeployment, type Plan } from "../../deploy/plan.ts";
import type { Deployment } from "../../deploy/run.ts";
import { planTable, title } from "./show.ts";
import { findBook, type Site } from "./site.ts";

/** Shows what a run would do. */
export async function plan(site: Site): Promise<void> {
  const deployment = await deploymentOn(site);
  console.log(title(deployment));
  console.log(planTable(await planOf(deployment, site)));
  if (kindOf(site.chain.chainId) === "real")
    console.log("This chain may hold real value: run refuses it until the suite has governance.");
}

export async function deploymentOn(site: Site): Promise<Deployment> {
  const { chain, network, settings } = site;
  return { chain, network, settings, known: await findBook(site), deployer: await deployerOf(chain) };
}

export async function planOf(deployment: Deployment, { hre }: Site): Promise<Plan> {
  const embedded = await hre.network.create("default");
  try {
    return await planDeployment(deployment, embedded.provider);
  } finally {
    await embedded.close();
  }
}
