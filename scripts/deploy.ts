import { resolve } from "node:path";

import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { ADDRESSES } from "../deploy/address-book.ts";
import { DeployError } from "../deploy/errors.ts";
import { check } from "./deploy/check.ts";
import { plan } from "./deploy/plan.ts";
import { run } from "./deploy/run.ts";
import { openSite, type Site } from "./deploy/site.ts";
import { status } from "./deploy/status.ts";
import { verifySources } from "./deploy/verify.ts";
import { task } from "./task.ts";

type Options = { readonly verb: string; readonly verify: boolean; readonly addresses: string };

/** What a verb does, and whether it signs or must know who would. */
type Verb = { readonly needsKey: boolean; readonly act: (site: Site) => Promise<void> };
const VERBS: Readonly<Record<string, Verb>> = {
  plan: { needsKey: true, act: plan },
  run: { needsKey: true, act: run },
  status: { needsKey: false, act: status },
  check: { needsKey: false, act: check },
};

export default task("deploy", deploy);

async function deploy({ verb, verify, addresses }: Options, hre: HardhatRuntimeEnvironment): Promise<void> {
  const found = VERBS[verb];
  if (found === undefined)
    throw new DeployError({
      code: "UNKNOWN_VERB",
      what: `there is no "${verb}"`,
      next: `use ${Object.keys(VERBS).join(", ")}`,
    });
  const folder = addresses === "" ? ADDRESSES : resolve(addresses);
  const site = await openSite(hre, folder, found.needsKey);
  try {
    await found.act(site);
    if (verify) await verifySources(site);
  } finally {
    await site.close();
  }
}
