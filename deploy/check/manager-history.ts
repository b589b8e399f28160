import { AccessManager__factory } from "../../sdk/generated/index.ts";
import type { Chain } from "../chain.ts";
import { logsOf } from "../history.ts";

/** Everything that the access manager was ever told, from its events; the current state is then asked of its views. */
export type ManagerHistory = {
  readonly members: readonly { readonly role: bigint; readonly account: string }[];
  readonly functions: readonly { readonly target: string; readonly selector: string }[];
  readonly roles: ReadonlySet<bigint>;
  readonly targets: ReadonlySet<string>;
  readonly labels: ReadonlyMap<bigint, string>;
  /** Seconds, as last set, be they in force yet or not: views tell delays only once they are. */
  readonly grantDelays: ReadonlyMap<bigint, bigint>;
  readonly targetDelays: ReadonlyMap<string, bigint>;
};

/** @param since a block before which the manager did not exist. */
export async function historyOf(chain: Chain, manager: string, since: number): Promise<ManagerHistory> {
  const events = AccessManager__factory.createInterface();
  const members: ManagerHistory["members"][number][] = [];
  const functions: ManagerHistory["functions"][number][] = [];
  const roles = new Set<bigint>();
  const targets = new Set<string>();
  const labels = new Map<bigint, string>();
  const grantDelays = new Map<bigint, bigint>();
  const targetDelays = new Map<string, bigint>();

  for (const log of await logsOf(chain, manager, since)) {
    const event = events.parseLog(log);
    if (event === null) continue;
    const fields: Readonly<Record<string, unknown>> = event.args.toObject();
    const role = "roleId" in fields ? BigInt(String(fields["roleId"])) : undefined;
    const target = "target" in fields ? String(fields["target"]) : undefined;
    const delay = "delay" in fields ? BigInt(String(fields["delay"])) : 0n;
    if (role !== undefined) roles.add(role);
    if (target !== undefined) targets.add(target);

    if (event.name === "RoleGranted" && role !== undefined) members.push({ role, account: String(fields["account"]) });
    if (event.name === "RoleLabel" && role !== undefined) labels.set(role, String(fields["label"]));
    if (event.name === "RoleGrantDelayChanged" && role !== undefined) grantDelays.set(role, delay);
    if (event.name === "TargetAdminDelayUpdated" && target !== undefined) targetDelays.set(target, delay);
    if (event.name === "TargetFunctionRoleUpdated" && target !== undefined)
      functions.push({ target, selector: String(fields["selector"]) });
  }
  return { members, functions, roles, targets, labels, grantDelays, targetDelays };
}
