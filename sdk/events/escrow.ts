import { SlashEscrow__factory, type SlashEscrow } from "../generated/index.ts";
import { plainSlash, type Slash } from "../staking/slash.ts";
import { change, type Draft } from "./draft.ts";
import { applying, IGNORED, type Handlers } from "./handlers.ts";

/** `ISlashEscrow.Status`. */
export const SlashStatus = { None: 0n, Open: 1n, Released: 2n, Reversed: 3n } as const;

/** A slash, as `release` and `reverse` want it brought, and as `ISlashEscrow.Outcome` what became of it. OPG in wei. */
export type SlashRow = {
  readonly slash: Slash;
  readonly status: bigint;
  readonly toVictim: bigint;
  readonly toChallengers: bigint;
  /** What came back to the operator and its delegators. */
  readonly returned: bigint;
  readonly burnt: bigint;
};

/** As `Stops.Stop`. */
export type StopRow = { readonly at: bigint; readonly lifted: boolean; readonly permanent: boolean };

/** All of SlashEscrow that its views show, and the slashes themselves. */
export type EscrowState = {
  /** By the slash's id. */
  readonly slashes: ReadonlyMap<string, SlashRow>;
  /** The latest stop of each locker that had one. */
  readonly stops: ReadonlyMap<string, StopRow>;
};

export const NO_ESCROW: EscrowState = { slashes: new Map(), stops: new Map() };

const DAY = 86_400n;
/** `SlashEscrow.STOP_PERIOD`, seconds. */
const STOP_PERIOD = 35n * DAY;
/** A slash waits no longer than this, whatever is stopped. */
const LONGEST = 7n * DAY + STOP_PERIOD;

/** Whether `locker` is stopped, as the view of that name says. */
export function isStopped(state: EscrowState, locker: string): boolean {
  return state.stops.get(locker)?.lifted === false;
}

/**
 * Whether the stop of its locker holds an open slash at `timestamp`. The view `isHeld` also asks the locker about the verdict, which no log
 * tells.
 */
export function isHeldByStop(state: EscrowState, { openedAt, locker }: Slash, timestamp: bigint): boolean {
  const stop = state.stops.get(locker);
  if (stop === undefined || stop.lifted || stop.permanent) return false;
  return timestamp < stop.at + STOP_PERIOD && timestamp < openedAt + LONGEST;
}

const HANDLERS: Handlers<SlashEscrow, Draft<EscrowState>> = {
  SlashOpened(state, { slashId, slash }) {
    const nothing = { toVictim: 0n, toChallengers: 0n, returned: 0n, burnt: 0n };
    state.slashes.set(slashId, { slash: plainSlash(slash), status: SlashStatus.Open, ...nothing });
  },
  SlashReleased(state, { slashId, toVictim, toChallengers, burnt }) {
    change(state.slashes, slashId, "slash", () => ({ status: SlashStatus.Released, toVictim, toChallengers, burnt }));
  },
  SlashReversed(state, { slashId, returned, burnt }) {
    change(state.slashes, slashId, "slash", () => ({ status: SlashStatus.Reversed, returned, burnt }));
  },
  LockerStopped(state, { locker }, { timestamp }) {
    state.stops.set(locker, { at: timestamp, lifted: false, permanent: false });
  },
  LockerStopLifted(state, { locker }) {
    change(state.stops, locker, "stop of", () => ({ lifted: true }));
  },
  LockerStopMadePermanent(state, { locker }) {
    change(state.stops, locker, "stop of", () => ({ permanent: true }));
  },
  // The authority is fixed at deployment.
  AuthorityUpdated: IGNORED,
};

/** Applies a log of SlashEscrow. */
export const applyEscrow = applying<SlashEscrow, Draft<EscrowState>>(SlashEscrow__factory.createInterface(), HANDLERS);
