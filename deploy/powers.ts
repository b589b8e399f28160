import type { Signer } from "ethers";

import type { Suite } from "../sdk/suite.ts";

/** Role ids in the access manager; LOCKER as in `contracts/types/Roles.sol`. */
export const ROLES = { ADMIN: 0n, TREASURER: 4n, LOCKER: 7n } as const;

type Power = {
  readonly role: keyof typeof ROLES;
  /** Contracts of the suite that hold the role from the start. Governance, which holds the others, does not exist yet. */
  readonly holders: readonly (keyof Suite)[];
  /** Functions that the access manager opens to the role; the others ask for membership themselves. */
  readonly functions: readonly { readonly target: "treasury"; readonly name: "pay" }[];
};

/** The whole power map. */
export const POWERS: readonly Power[] = [
  { role: "TREASURER", holders: [], functions: [{ target: "treasury", name: "pay" }] },
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
      const { selector } = suite[target].interface.getFunction(name);
      await (await manager.setTargetFunctionRole(suite[target], [selector], ROLES[role])).wait();
    }
  }
}

/** Gives up the deployer's own power: from here on nobody is ADMIN. */
export async function renouncePower({ manager }: Suite, deployer: Signer): Promise<void> {
  await (await manager.connect(deployer).renounceRole(ROLES.ADMIN, deployer)).wait();
}
