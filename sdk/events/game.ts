import { TraceGame__factory, type IGamePlay, type TraceGame } from "../generated/index.ts";
import { afterChallenger, afterProposer } from "../game/clocks.ts";
import {
  NO_HASH,
  Outcome,
  Turn,
  type ClaimRow,
  type ClaimState,
  type Dossier,
  type Game,
  type GameStatus,
  type Shown,
} from "../game/state.ts";
import { add, change, rowOf, type Draft } from "./draft.ts";
import { incomplete } from "./errors.ts";
import type { StopRow } from "./escrow.ts";
import { applying, IGNORED, type Handlers } from "./handlers.ts";

/** All of TraceGame that its views show, and what its players bring. */
export type GamesState = {
  /** By what the game calls them. */
  readonly claims: ReadonlyMap<string, ClaimRow>;
  /** Native wei that accounts can withdraw. */
  readonly credits: ReadonlyMap<string, bigint>;
  /** Who proved the program of a version malformed. */
  readonly provers: ReadonlyMap<bigint, string>;
  readonly stop: StopRow | undefined;
};

export const NO_GAMES: GamesState = { claims: new Map(), credits: new Map(), provers: new Map(), stop: undefined };

const FRESH: ClaimState = {
  games: 0n,
  open: 0n,
  covered: 0n,
  outcome: Outcome.Open,
  collected: false,
  proverPaid: false,
  balance: 0n,
  reserved: 0n,
};

const HANDLERS: Handlers<TraceGame, Draft<GamesState>> = {
  ClaimChallenged(state, { claim, dossier }) {
    const row = { claim, dossier: plainDossier(dossier), state: FRESH, games: [], shown: [], share: 0n };
    state.claims.set(claim, row);
  },
  GameOpened(state, { claim, number, challenger, bond, unit }, { timestamp }) {
    const game: Game = {
      ...{ number, challenger, bond, unit, turn: Turn.Cover, since: timestamp, proposerUsed: 0n, challengerUsed: 0n },
      ...{ isOutput: false, level: 0n, index: 0n, node: NO_HASH },
    };
    change(state.claims, claim, "claim", (row) => ({
      games: [...row.games, { game, status: "open" as const }],
      state: { ...row.state, games: number, open: row.state.open + 1n },
    }));
  },
  TracePosted(state, { claim, root, content }) {
    change(state.claims, claim, "claim", ({ dossier, shown }) => ({
      dossier: { ...dossier, traceRoot: root },
      shown: [...shown, { isOutput: false, level: dossier.traceDepth, index: 0n, content }],
    }));
  },
  GameCovered(state, { claim, number }, { timestamp }) {
    const { unit } = gameOf(state, claim, number);
    changeGame(state, claim, number, (game) => afterProposer(game, timestamp));
    changeState(state, claim, ({ reserved }) => ({ covered: number, reserved: reserved + unit }));
  },
  NodePicked(state, { claim, number, isOutput, level, index, node }, { timestamp }) {
    const picked = { isOutput, level, index, node };
    changeGame(state, claim, number, (game) => ({ ...afterChallenger(game, timestamp), ...picked }));
  },
  NodeRevealed(state, { claim, number, content }, { timestamp }) {
    const { isOutput, level, index } = gameOf(state, claim, number);
    const part: Shown = { isOutput, level, index, content };
    change(state.claims, claim, "claim", ({ shown }) => ({ shown: [...shown, part] }));
    changeGame(state, claim, number, (game) => afterProposer(game, timestamp));
  },
  GameForfeited(state, { claim, number, bond }) {
    const { unit } = gameOf(state, claim, number);
    setStatus(state, claim, number, "forfeited");
    changeState(state, claim, ({ open, balance, reserved }) => ({
      open: open - 1n,
      balance: balance + bond,
      reserved: reserved - unit,
    }));
  },
  // ClaimDecided follows.
  ElementProven: IGNORED,
  ClaimDecided(state, { claim, outcome }) {
    changeState(state, claim, () => ({ outcome }));
  },
  BalanceFunded(state, { claim, amount }) {
    changeState(state, claim, ({ balance }) => ({ balance: balance + amount }));
  },
  BalanceReclaimed(state, { claim, amount }) {
    changeState(state, claim, ({ balance }) => ({ balance: balance - amount }));
  },
  GameSettled(state, { claim, number, amount }) {
    const { bond } = gameOf(state, claim, number);
    const won = amount - bond;
    setStatus(state, claim, number, "settled");
    changeState(state, claim, ({ balance, reserved }) => ({ balance: balance - won, reserved: reserved - won }));
  },
  SlashCollected(state, { claim, share }) {
    change(state.claims, claim, "claim", () => ({ share }));
    changeState(state, claim, () => ({ collected: true }));
  },
  SharePaid(state, { claim, number }) {
    if (number === 0n) changeState(state, claim, () => ({ proverPaid: true }));
    else setStatus(state, claim, number, "paid");
  },
  Credited(state, { account, amount }) {
    add(state.credits, account, amount);
  },
  Withdrawn(state, { account, amount }) {
    add(state.credits, account, -amount);
  },
  ProgramProvenMalformed(state, { versionId, prover }) {
    state.provers.set(versionId, prover);
  },
  GameStopped(state, _, { timestamp }) {
    state.stop = { at: timestamp, lifted: false, permanent: false };
  },
  GameStopLifted(state) {
    state.stop = { ...stopOf(state), lifted: true };
  },
  GameStopMadePermanent(state) {
    state.stop = { ...stopOf(state), permanent: true };
  },
  // The authority is fixed at deployment.
  AuthorityUpdated: IGNORED,
};

/** Applies a log of TraceGame. */
export const applyGame = applying<TraceGame, Draft<GamesState>>(TraceGame__factory.createInterface(), HANDLERS);

function gameOf(state: Draft<GamesState>, claim: string, number: bigint): Game {
  const row = rowOf(state.claims, claim, "claim").games[Number(number) - 1];
  if (row === undefined) throw incomplete(`game ${number} of claim ${claim}`);
  return row.game;
}

function changeGame(state: Draft<GamesState>, claim: string, number: bigint, next: (game: Game) => Game): void {
  const game = next(gameOf(state, claim, number));
  change(state.claims, claim, "claim", ({ games }) => ({
    games: games.with(Number(number) - 1, { game, status: "open" }),
  }));
}

function setStatus(state: Draft<GamesState>, claim: string, number: bigint, status: GameStatus): void {
  const game = gameOf(state, claim, number);
  change(state.claims, claim, "claim", ({ games }) => ({ games: games.with(Number(number) - 1, { game, status }) }));
}

function changeState(state: Draft<GamesState>, claim: string, next: (state: ClaimState) => Partial<ClaimState>): void {
  change(state.claims, claim, "claim", (row) => ({ state: { ...row.state, ...next(row.state) } }));
}

function stopOf({ stop }: Draft<GamesState>): StopRow {
  if (stop === undefined) throw incomplete("stop of the game");
  return stop;
}

/** A dossier without what ethers adds to decoded structs, which cannot be passed back to a call. */
function plainDossier(dossier: IGamePlay.DossierStructOutput): Dossier {
  const { keeper, claimId, proposer, versionId, inputHash, outputHash, programRoot, weightsRoot } = dossier;
  const { traceRoot, openedAt, traceDepth, outputDepth } = dossier;
  const names = { keeper, claimId, proposer, versionId, inputHash, outputHash, programRoot, weightsRoot };
  return { ...names, traceRoot, openedAt, traceDepth, outputDepth };
}
