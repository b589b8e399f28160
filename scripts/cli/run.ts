import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { task } from "../task.ts";
import { parseOptions, type Texts } from "./parse.ts";
import type { Row } from "./rows.ts";
import { openSession, surroundingsOf } from "./session.ts";

/** The action of a Hardhat task made from a row. */
export function actionOf(row: Row): (texts: Texts, hre: HardhatRuntimeEnvironment) => Promise<void> {
  return task<Texts>(row.task, async (texts, hre) => {
    const session = await openSession(hre, { from: textOf(texts, "from"), signerUrl: textOf(texts, "signer") });
    const values = await parseOptions(row.options, texts, surroundingsOf(session));
    await row.run(values, session, { dryRun: texts["dryRun"] === true, approve: texts["approve"] === true });
  });
}

function textOf(texts: Texts, name: string): string | undefined {
  const text = texts[name];
  return typeof text === "string" ? text : undefined;
}
