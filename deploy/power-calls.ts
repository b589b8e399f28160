import type { Interface } from "ethers";

import { FACTORIES } from "../sdk/factories.ts";
import type { Suite } from "../sdk/suite.ts";
import { CONTRACTS, type ContractName } from "./contracts.ts";
import { POWERS, ROLES, type Power } from "./powers.ts";

/** One call of the access manager by its ADMIN. */
export type PowerCall = {
  readonly id: string;
  readonly data: string;
  /** @param labels of roles, as the manager's events last gave them. */
  isDone(manager: Suite["manager"], labels: () => Promise<ReadonlyMap<bigint, string>>): Promise<boolean>;
};

const MANAGER = FACTORIES.manager.createInterface();

/** The calls that write the power map. */
export function powerCalls(at: (name: ContractName) => string): readonly PowerCall[] {
  return POWERS.flatMap((power) => [label(power), ...grants(power, at), ...openings(power, at)]);
}

/** The last call: from here on nobody is ADMIN. */
export function renounceCall(deployer: string): PowerCall {
  return {
    id: "renounce ADMIN",
    data: MANAGER.encodeFunctionData("renounceRole", [ROLES.ADMIN, deployer]),
    async isDone(manager) {
      const [isMember] = await manager.hasRole(ROLES.ADMIN, deployer);
      return !isMember;
    },
  };
}

function label({ role }: Power): PowerCall {
  return {
    id: `label ${role}`,
    data: MANAGER.encodeFunctionData("labelRole", [ROLES[role], role]),
    async isDone(_, labels) {
      return (await labels()).get(ROLES[role]) === role;
    },
  };
}

function grants({ role, holders }: Power, at: (name: ContractName) => string): readonly PowerCall[] {
  return holders.map((holder) => ({
    id: `grant ${role} to ${CONTRACTS[holder].solidity}`,
    data: MANAGER.encodeFunctionData("grantRole", [ROLES[role], at(holder), 0]),
    async isDone(manager) {
      const [isMember, delay] = await manager.hasRole(ROLES[role], at(holder));
      return isMember && delay === 0n;
    },
  }));
}

function openings({ role, functions }: Power, at: (name: ContractName) => string): readonly PowerCall[] {
  return functions.map(({ target, name }) => {
    const selector = selectorOf(target, name);
    return {
      id: `open ${CONTRACTS[target].solidity}.${name} to ${role}`,
      data: MANAGER.encodeFunctionData("setTargetFunctionRole", [at(target), [selector], ROLES[role]]),
      async isDone(manager) {
        return (await manager.getTargetFunctionRole(at(target), selector)) === ROLES[role];
      },
    };
  });
}

/** Of a function that `POWERS` names. */
export function selectorOf(target: ContractName, name: string): string {
  const functions: Interface = FACTORIES[target].createInterface();
  const found = functions.getFunction(name);
  if (found === null) throw new Error(`deploy/powers.ts names ${target}.${name}, which does not exist`);
  return found.selector;
}
