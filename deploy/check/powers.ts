import type { Interface } from "ethers";

import { FACTORIES } from "../../sdk/factories.ts";
import type { Suite } from "../../sdk/suite.ts";
import type { Chain } from "../chain.ts";
import { CONTRACT_NAMES, CONTRACTS, type ContractName } from "../contracts.ts";
import { selectorOf } from "../power-calls.ts";
import { POWERS, ROLES } from "../powers.ts";
import type { Finding } from "./finding.ts";
import { historyOf, type ManagerHistory } from "./manager-history.ts";

type Manager = Suite["manager"];
type Places = (name: ContractName) => string;

/**
 * Whether the access manager holds exactly the power map of `deploy/powers.ts`, and nothing beside it.
 * @param since a block before which the manager did not exist.
 */
export async function checkPowers(chain: Chain, at: Places, since: number): Promise<readonly Finding[]> {
  const manager = FACTORIES.manager.connect(at("manager"), chain.provider);
  const history = await historyOf(chain, at("manager"), since);
  return [
    ...(await checkMembers(manager, history, at)),
    ...(await checkRoles(manager, history)),
    ...(await checkFunctions(manager, history, at)),
    ...(await checkTargets(manager, history, at)),
  ];
}

/** Members, those of a later day included, and the delays they act with. */
async function checkMembers(manager: Manager, { members }: ManagerHistory, at: Places): Promise<readonly Finding[]> {
  const expected = POWERS.flatMap(({ role, holders }) =>
    holders.map((holder) => ({ role: ROLES[role], account: at(holder) })),
  );
  const findings: Finding[] = [];
  for (const { role, account } of distinct([...expected, ...members], ({ role, account }) => `${role} ${account}`)) {
    const [since, delay, pendingDelay] = await manager.getAccess(role, account);
    const isExpected = expected.some((member) => member.role === role && member.account === account);
    const [subject, member] = [roleText(role), nameOf(account, at)];
    if (isExpected && since === 0n) findings.push({ subject, what: "member", expected: member, found: "no member" });
    if (!isExpected && since !== 0n) findings.push({ subject, what: "member", expected: "no member", found: member });
    if (isExpected && (delay !== 0n || pendingDelay !== 0n)) {
      const found = `${delay} s${pendingDelay === 0n ? "" : `, soon ${pendingDelay} s`}`;
      findings.push({ subject, what: "delay", expected: `0 s for ${member}`, found });
    }
  }
  return findings;
}

/** ADMIN administers and guards every role; granting is not delayed; every role is named. */
async function checkRoles(manager: Manager, history: ManagerHistory): Promise<readonly Finding[]> {
  const named = new Map<bigint, string>(POWERS.map(({ role }) => [ROLES[role], role]));
  const findings: Finding[] = [];
  for (const role of new Set([...named.keys(), ...history.roles])) {
    const subject = roleText(role);
    const compare = (what: Finding["what"], expected: string, found: string) => {
      if (expected !== found) findings.push({ subject, what, expected, found });
    };
    compare("admin", roleText(ROLES.ADMIN), roleText(await manager.getRoleAdmin(role)));
    compare("guardian", roleText(ROLES.ADMIN), roleText(await manager.getRoleGuardian(role)));
    compare("delay", "0 s to grant", `${history.grantDelays.get(role) ?? 0n} s to grant`);
    compare("label", named.get(role) ?? "none", history.labels.get(role) ?? "none");
  }
  return findings;
}

/** Every function that was ever opened to a role, and every one that should be. What is not opened is ADMIN's. */
async function checkFunctions(manager: Manager, history: ManagerHistory, at: Places): Promise<readonly Finding[]> {
  const expected = POWERS.flatMap(({ role, functions }) =>
    functions.map(({ target, name }) => ({
      target: at(target),
      selector: selectorOf(target, name),
      role: ROLES[role],
    })),
  );
  const findings: Finding[] = [];
  const opened = distinct([...expected, ...history.functions], ({ target, selector }) => `${target} ${selector}`);
  for (const { target, selector } of opened) {
    const opening = expected.find((each) => each.target === target && each.selector === selector);
    const [wanted, found] = [opening?.role ?? ROLES.ADMIN, await manager.getTargetFunctionRole(target, selector)];
    if (found === wanted) continue;
    const subject = nameOf(target, at);
    const name = functionName(target, selector, at);
    findings.push({ subject, what: "function", expected: `${name} ${roleText(wanted)}`, found: roleText(found) });
  }
  return findings;
}

/** Nothing is closed, and nothing waits for a target's own delay. */
async function checkTargets(manager: Manager, history: ManagerHistory, at: Places): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const target of new Set([...CONTRACT_NAMES.map(at), ...history.targets])) {
    const subject = nameOf(target, at);
    if (await manager.isTargetClosed(target))
      findings.push({ subject, what: "closed", expected: "open", found: "closed" });
    const delay = history.targetDelays.get(target) ?? 0n;
    if (delay !== 0n)
      findings.push({ subject, what: "delay", expected: "0 s to administer", found: `${delay} s to administer` });
  }
  return findings;
}

function distinct<T>(items: readonly T[], key: (item: T) => string): readonly T[] {
  return [...new Map(items.map((item) => [key(item), item])).values()];
}

function roleText(role: bigint): string {
  return Object.entries(ROLES).find(([, id]) => id === role)?.[0] ?? `role ${role}`;
}

function nameOf(address: string, at: Places): string {
  const name = CONTRACT_NAMES.find((each) => at(each) === address);
  return name === undefined ? address : CONTRACTS[name].solidity;
}

function functionName(target: string, selector: string, at: Places): string {
  const name = CONTRACT_NAMES.find((each) => at(each) === target);
  if (name === undefined) return selector;
  const functions: Interface = FACTORIES[name].createInterface();
  return functions.getFunction(selector)?.name ?? selector;
}
