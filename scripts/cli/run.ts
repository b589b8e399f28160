import { isError } from "ethers";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { SuiteError } from "../../sdk/errors.ts";
import { task } from "../task.ts";
import { refusalOf } from "./decode.ts";
import { withJson } from "./json.ts";
import { parseOptions, type Texts } from "./parse.ts";
import type { Row } from "./rows.ts";
import { openSession, surroundingsOf } from "./session.ts";

/** The action of a Hardhat task made from a row. */
export function actionOf(row: Row): (texts: Texts, hre: HardhatRuntimeEnvironment) => Promise<void> {
  return task<Texts>(row.task, async (given, hre) => {
    const texts = await withJson(row.options, given);
    const choice = { from: textOf(texts, "from"), signerUrl: textOf(texts, "signer") };
    const session = await openSession(hre, choice, textOf(texts, "addresses"));
    try {
      const values = await parseOptions(row.options, texts, surroundingsOf(session));
      await row.run(values, session, { dryRun: texts["dryRun"] === true, approve: texts["approve"] === true });
    } catch (error) {
      // A view that a row asks may refuse as well, an unknown version for one; or the node may fail.
      throw isFromNode(error) ? refusalOf(error, row.task, session.known) : error;
    }
  });
}

function isFromNode(error: unknown): boolean {
  if (error instanceof SuiteError) return false;
  const hasCode = error instanceof Error && "code" in error && typeof error.code === "number";
  return hasCode || isError(error, "CALL_EXCEPTION") || isError(error, "BAD_DATA");
}

function textOf(texts: Texts, name: string): string | undefined {
  const text = texts[name];
  return typeof text === "string" ? text : undefined;
}
