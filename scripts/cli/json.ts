import { readFile } from "node:fs/promises";

import { CliError } from "./errors.ts";
import type { Options } from "./options.ts";
import type { Texts } from "./parse.ts";

/**
 * The options with those of the file that `--json` names added: an object of texts and whole numbers, by the options' names. What is
 * given on the command line goes first.
 * @throws CliError `FILE_UNREADABLE`.
 */
export async function withJson(options: Options, given: Texts): Promise<Texts> {
  const file = given["json"];
  if (typeof file !== "string") return given;
  const texts: Record<string, string> = {};
  for (const [name, value] of Object.entries(await readObject(file))) {
    if (!(name in options)) throw bad(file, `has "${name}", which is no option of this task`);
    // Numbers that JSON cannot hold exactly must be texts.
    if (typeof value !== "string" && !Number.isSafeInteger(value)) throw bad(file, `has no text as "${name}"`);
    texts[name] = String(value);
  }
  const own = Object.entries(given).filter(([, value]) => value !== undefined);
  return { ...texts, ...Object.fromEntries(own) };
}

async function readObject(file: string): Promise<object> {
  try {
    const value: unknown = JSON.parse(await readFile(file, "utf8"));
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  } catch (cause) {
    throw bad(file, "cannot be read as JSON", cause);
  }
  throw bad(file, "holds no JSON object");
}

function bad(file: string, what: string, cause?: unknown): CliError {
  const next = `give an object of the task's options as texts, for instance {"amount": "12.5"}`;
  return new CliError("FILE_UNREADABLE", `${file} ${what}`, next, cause);
}
