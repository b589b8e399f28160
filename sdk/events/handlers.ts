import type { EventFragment, Interface } from "ethers";

import type { TypedContractEvent } from "../generated/common.ts";
import { EventsError } from "./errors.ts";
import type { ChainLog } from "./log.ts";

/** A contract as TypeChain types it. */
type TypedContract = {
  readonly interface: { getEvent(name: never): EventFragment };
  readonly filters: object;
};

type EventName<Contract extends TypedContract> = Parameters<Contract["interface"]["getEvent"]>[0] & string;

type EventArguments<Contract extends TypedContract, Name> = Name extends keyof Contract["filters"]
  ? ArgumentsOf<Contract["filters"][Name]>
  : never;

type ArgumentsOf<Event> =
  Event extends TypedContractEvent<infer Input, unknown[], infer Arguments>
    ? Input extends unknown[]
      ? Arguments
      : never
    : never;

/** For an event that repeats what another one says, or speaks of what the state leaves out. */
export const IGNORED = (): undefined => undefined;

/**
 * What each event of a contract does to the state. Every event has a handler, so a contract cannot gain one that its reducer misses:
 * it would not compile.
 */
export type Handlers<Contract extends TypedContract, State> = {
  readonly [Name in EventName<Contract>]: (state: State, event: EventArguments<Contract, Name>, log: ChainLog) => void;
};

/** Applies one log to a draft of the state. */
export type Apply<State> = (state: State, log: ChainLog) => void;

/**
 * The reducer that `handlers` make.
 * @returns a function that throws EventsError `UNKNOWN_EVENT` for a log of no event of the contract.
 */
export function applying<Contract extends TypedContract, State>(
  decoder: Interface,
  handlers: Handlers<Contract, State>,
): Apply<State> {
  const byName = new Map<string, Handler<State>>(Object.entries<Handler<State>>(handlers));
  return (state, log) => {
    const parsed = decoder.parseLog(log);
    const handler = byName.get(parsed?.name ?? "");
    if (parsed === null || handler === undefined) throw unknownEvent(log);
    handler(state, parsed.args as never, log);
  };
}

type Handler<State> = (state: State, event: never, log: ChainLog) => void;

/**
 * A string of an event. Anybody may write bytes there that are no UTF-8; they must not stop everyone's reader.
 * @returns undefined for such bytes.
 */
export function textOf(read: () => string): string | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

function unknownEvent({ address, topics, transactionHash }: ChainLog): EventsError {
  return new EventsError({
    code: "UNKNOWN_EVENT",
    what: `${address} wrote a log ${topics[0] ?? "without a topic"} in transaction ${transactionHash}`,
    next: "check the addresses; these contracts may need another version of this library",
  });
}
