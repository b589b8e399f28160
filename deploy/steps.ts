import { AccessManager__factory } from "../sdk/generated/index.ts";
import type { Chain } from "./chain.ts";
import { CONTRACTS, type ContractName } from "./contracts.ts";
import { DeployError } from "./errors.ts";
import { creationOf, FACTORY, FACTORY_CODE, FACTORY_COST, FACTORY_SIGNER, FACTORY_TRANSACTION } from "./factory.ts";
import { birthBlock, logsOf } from "./history.ts";
import type { Layout, Placed } from "./layout.ts";
import { powerCalls, renounceCall, type PowerCall } from "./power-calls.ts";
import { ROLES } from "./powers.ts";
import type { Call } from "./send.ts";

/** One step of a deployment: asks the chain, and is one transaction that brings what is missing. */
export type Step = {
  readonly id: string;
  /** `undefined`: nothing to do; otherwise what is missing. */
  pending(): Promise<string | undefined>;
  readonly call: Call;
  /** The contract that the step creates. */
  readonly creates?: ContractName;
};

/** All steps, in their order. Every run asks all of them, so that it does not matter where an earlier one ended. */
export function stepsOf(chain: Chain, layout: Layout): readonly Step[] {
  const created = layout.contracts.flatMap((placed) => creationStep(chain, placed));
  const calls = [...powerCalls(layout.at), renounceCall(layout.deployer)];
  return [...factorySteps(chain), ...created, ...calls.map((call) => powerStep(chain, layout, call))];
}

function factorySteps({ provider }: Chain): readonly Step[] {
  return [
    {
      id: "fund the CREATE2 factory",
      async pending() {
        const code = await provider.getCode(FACTORY);
        if (code !== "0x" && code !== FACTORY_CODE) throw strangeFactory(code);
        if (code === FACTORY_CODE || (await provider.getBalance(FACTORY_SIGNER)) >= FACTORY_COST) return undefined;
        return `the chain has no factory at ${FACTORY}, and its signer cannot pay for it`;
      },
      call: { to: FACTORY_SIGNER, data: "0x", value: FACTORY_COST },
    },
    {
      id: "create the CREATE2 factory",
      async pending() {
        return (await provider.getCode(FACTORY)) === "0x" ? `no code at ${FACTORY}` : undefined;
      },
      call: { signed: FACTORY_TRANSACTION },
    },
  ];
}

function creationStep({ provider }: Chain, { name, address, origin }: Placed): readonly Step[] {
  if (origin.kind !== "factory") return [];
  const step: Step = {
    id: `deploy ${CONTRACTS[name].solidity}`,
    async pending() {
      return (await provider.getCode(address)) === "0x" ? `no code at ${address}` : undefined;
    },
    call: { to: FACTORY, data: creationOf(origin.initCode) },
    creates: name,
  };
  return [step];
}

function powerStep(chain: Chain, { at, deployer }: Layout, call: PowerCall): Step {
  const address = at("manager");
  const manager = AccessManager__factory.connect(address, chain.provider);
  return {
    id: call.id,
    async pending() {
      if ((await chain.provider.getCode(address)) === "0x") return "the access manager is not there yet";
      if (await call.isDone(manager, () => labelsOf(chain, address))) return undefined;
      const [isAdmin] = await manager.hasRole(ROLES.ADMIN, deployer);
      if (isAdmin) return "not in the access manager";
      throw new DeployError({
        code: "NOT_ADMIN",
        what: `"${call.id}" is missing, and ${deployer} is no longer ADMIN of the access manager ${address}`,
        next: "run npm run deploy:check to see what else differs; only a holder of ADMIN could mend it",
      });
    },
    call: { to: address, data: call.data },
  };
}

/** The roles' names, which the manager only tells in events. */
async function labelsOf(chain: Chain, manager: string): Promise<ReadonlyMap<bigint, string>> {
  const logs = await logsOf(chain, manager, (await birthBlock(chain, manager)) ?? 0);
  const events = AccessManager__factory.createInterface();
  return new Map(
    logs.flatMap((log) => {
      const event = events.parseLog(log);
      return event?.name === "RoleLabel" ? [[BigInt(String(event.args[0])), String(event.args[1])] as const] : [];
    }),
  );
}

function strangeFactory(code: string): DeployError {
  return new DeployError({
    code: "FACTORY_DIFFERS",
    what: `${FACTORY} has other code than the deterministic deployment proxy: ${code.slice(0, 66)}`,
    next: "nothing can be deployed to the same addresses on this chain; please report it",
  });
}
