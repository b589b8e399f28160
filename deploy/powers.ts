import type { Suite } from "../sdk/suite.ts";

/** Role ids in the access manager; LOCKER as in `contracts/types/Roles.sol`. */
export const ROLES = { ADMIN: 0n, TREASURER: 4n, ARBITER: 5n, GUARDIAN: 6n, LOCKER: 7n } as const;

export type RoleName = keyof typeof ROLES;

export type Power = {
  readonly role: RoleName;
  /** Contracts of the suite that hold the role from the start, without delay. Governance, which holds the others, does not exist yet. */
  readonly holders: readonly (keyof Suite)[];
  /** Functions that the access manager opens to the role; the others ask for membership themselves. */
  readonly functions: readonly { readonly target: keyof Suite; readonly name: string }[];
};

/** The whole power map. Nobody is ADMIN, which administers and guards every role; nothing is delayed and nothing closed. */
export const POWERS: readonly Power[] = [
  { role: "TREASURER", holders: [], functions: [{ target: "treasury", name: "pay" }] },
  {
    role: "ARBITER",
    holders: [],
    functions: [
      { target: "escrow", name: "lift" },
      { target: "escrow", name: "makePermanent" },
      { target: "escrow", name: "reverse" },
      { target: "game", name: "lift" },
      { target: "game", name: "makePermanent" },
    ],
  },
  {
    role: "GUARDIAN",
    holders: [],
    functions: [
      { target: "escrow", name: "stop" },
      { target: "game", name: "stop" },
    ],
  },
  { role: "LOCKER", holders: ["market"], functions: [] },
];
