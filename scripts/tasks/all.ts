import type { TaskDefinition } from "hardhat/types/tasks";

import { tasksOf, type Scope } from "../cli/tasks.ts";
import { delegator } from "./delegator.ts";
import { escrow } from "./escrow.ts";
import { game } from "./game.ts";
import { maintenance } from "./maintenance.ts";
import { model, modelTools } from "./model.ts";
import { splitter, treasury } from "./money.ts";
import { operator } from "./operator.ts";
import { publisher } from "./publisher.ts";
import { requester } from "./requester.ts";
import { token } from "./token.ts";

/** Everything that a person calls on chain, scope by scope; docs/cli.md is written from it. */
export const SCOPES: readonly Scope[] = [
  publisher,
  model,
  requester,
  operator,
  delegator,
  escrow,
  game,
  token,
  splitter,
  treasury,
];

/** Every task of the project. Loads nothing but tables: the config imports it, and bindings may not be built yet. */
export const TASKS: TaskDefinition[] = [...maintenance, ...SCOPES.flatMap(tasksOf), ...modelTools];
