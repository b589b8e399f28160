/** `opengradient-suite/sdk/game`: both players of a challenge, and a reader of its logs; `docs/challenges.md` explains. */
export { isWrong, nextChallenge, type Run } from "../game/challenger.ts";
export { CHALLENGER_BUDGET, deadlineOf, GRACE, longestGame, PROPOSER_BUDGET } from "../game/clocks.ts";
export { GameError, type GameErrorCode } from "../game/errors.ts";
export { send, type Decision, type Move, type Pick } from "../game/moves.ts";
export { nextAnswer } from "../game/proposer.ts";
export { hashDossier, hashGame, readClaim, readGames } from "../game/read.ts";
export {
  Outcome,
  Turn,
  type ClaimRow,
  type ClaimState,
  type Dossier,
  type Game,
  type GameRow,
  type GameStatus,
  type Shown,
} from "../game/state.ts";
