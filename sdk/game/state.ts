/** `IGamePlay.Turn`. */
export const Turn = { Cover: 0n, Challenger: 1n, Reveal: 2n } as const;

/** `IGamePlay.Outcome`. */
export const Outcome = { Open: 0n, Void: 1n, Proven: 2n, Silent: 3n, Malformed: 4n } as const;

/** `IGamePlay.Dossier`: what is known of a claim from its first challenge on. */
export type Dossier = {
  readonly keeper: string;
  readonly claimId: string;
  readonly proposer: string;
  readonly versionId: bigint;
  readonly inputHash: string;
  readonly outputHash: string;
  readonly programRoot: string;
  readonly weightsRoot: string;
  /** Zero until it is posted. */
  readonly traceRoot: string;
  /** Unix seconds of the first challenge. */
  readonly openedAt: bigint;
  readonly traceDepth: bigint;
  readonly outputDepth: bigint;
};

/** `IGamePlay.Game`: one challenger against the proposer. Amounts in native wei, times in seconds. */
export type Game = {
  readonly number: bigint;
  readonly challenger: string;
  readonly bond: bigint;
  readonly unit: bigint;
  readonly turn: bigint;
  readonly since: bigint;
  readonly proposerUsed: bigint;
  readonly challengerUsed: bigint;
  readonly isOutput: boolean;
  readonly level: bigint;
  readonly index: bigint;
  readonly node: string;
};

/** `IGamePlay.ClaimState`. */
export type ClaimState = {
  readonly games: bigint;
  readonly open: bigint;
  readonly covered: bigint;
  readonly outcome: bigint;
  readonly collected: boolean;
  readonly proverPaid: boolean;
  readonly balance: bigint;
  readonly reserved: bigint;
};

/** What a proposer showed: the sixteen nodes four levels below one, leaf words where that is level 4; or a whole tree's words. */
export type Shown = {
  readonly isOutput: boolean;
  readonly level: bigint;
  readonly index: bigint;
  readonly content: string;
};

/** Where a game stands besides its clocks. */
export type GameStatus = "open" | "forfeited" | "settled" | "paid";

export type GameRow = { readonly game: Game; readonly status: GameStatus };

/** All that logs tell of one claim. */
export type ClaimRow = {
  readonly claim: string;
  readonly dossier: Dossier;
  readonly state: ClaimState;
  /** By number − 1. */
  readonly games: readonly GameRow[];
  /** What the proposer showed, the trace first. */
  readonly shown: readonly Shown[];
  /** OPG wei for each sharer, once collected. */
  readonly share: bigint;
};

export const NO_HASH = `0x${"00".repeat(32)}`;
