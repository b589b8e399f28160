import type { BaseContract, Signer } from "ethers";

import { SuiteError } from "../sdk/errors.ts";
import type { Suite } from "../sdk/suite.ts";

/** Role ids in the access manager; LOCKER as in `contracts/types/Roles.sol`. */
export const ROLES = { ADMIN: 0n, TREASURER: 4n, ARBITER: 5n, GUARDIAN: 6n, LOCKER: 7n } as const;

type Opened =
  | { readonly target: "treasury"; readonly name: "pay" }
  | { readonly target: "escrow"; readonly name: "stop" | "lift" | "makePermanent" | "reverse" };

type Power = {
  readonly role: keyof typeof ROLES;
  /** Contracts of the suite that hold the role from the start. Governance, which holds the others, does not exist yet. */
  readonly holders: readonly (keyof Suite)[];
  /** Functions that the access manager opens to the role; the others ask for membership themselves. */
  readonly functions: readonly Opened[];
};

/** The whole power map. */
export const POWERS: readonly Power[] = [
  { role: "TREASURER", holders: [], functions: [{ target: "treasury", name: "pay" }] },
  {
    role: "ARBITER",
    holders: [],
    functions: [
      { target: "escrow", name: "lift" },
      { target: "escrow", name: "makePermanent" },
      { target: "escrow", name: "reverse" },
    ],
  },
  { role: "GUARDIAN", holders: [], functions: [{ target: "escrow", name: "stop" }] },
  { role: "LOCKER", holders: ["market"], functions: [] },
];

/** Writes the power map to the access manager. Its ADMIN must be the suite's runner. */
export async function grantPowers(suite: Suite): Promise<void> {
  const { manager } = suite;
  for (const { role, holders, functions } of POWERS) {
    await (await manager.labelRole(ROLES[role], role)).wait();
    for (const holder of holders) {
      await (await manager.grantRole(ROLES[role], suite[holder], 0)).wait();
    }
    for (const { target, name } of functions) {
      const selector = selectorOf(suite[target], name);
      await (await manager.setTargetFunctionRole(suite[target], [selector], ROLES[role])).wait();
    }
  }
}

/** Gives up the deployer's own power: from here on nobody is ADMIN. */
export async function renouncePower({ manager }: Suite, deployer: Signer): Promise<void> {
  await (await manager.connect(deployer).renounceRole(ROLES.ADMIN, deployer)).wait();
}

function selectorOf({ interface: abi }: BaseContract, name: string): string {
  const found = abi.getFunction(name);
  if (found !== null) return found.selector;
  throw new SuiteError({
    code: "UNKNOWN_FUNCTION",
    what: `a power names the function ${name}, which its contract does not have`,
    next: "mend POWERS in deploy/powers.ts",
  });
}
