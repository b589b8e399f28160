import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { SuiteError } from "../sdk/errors.ts";
import { gapsIn } from "./reference/gaps.ts";
import { readPages } from "./reference/read.ts";
import { renderIndex, renderPage } from "./reference/render.ts";
import { task } from "./task.ts";

const FOLDER = "docs/reference";

/** Compares the reference pages with what the contracts say, or writes them. Either way every public name must say something. */
export default task("reference", reference);

async function reference({ update }: { update: boolean }, hre: HardhatRuntimeEnvironment): Promise<void> {
  await hre.tasks.getTask("build").run({ quiet: true });
  const pages = await readPages(hre);
  const gaps = gapsIn(pages);
  if (gaps.length > 0) {
    throw new SuiteError({
      code: "NATSPEC_MISSING",
      what: `${gaps.join(", ")}: no comment`,
      next: "say in a /// comment what it is and who may call it",
    });
  }
  const folder = join(hre.config.paths.root, FOLDER);
  const wanted = new Map([
    ["README.md", `${renderIndex(pages)}\n`],
    ...pages.map((page): [string, string] => [`${page.name}.md`, `${renderPage(page)}\n`]),
  ]);
  const changed = differences(await readFolder(folder), wanted);
  if (update) {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    for (const [file, text] of wanted) await writeFile(join(folder, file), text);
    console.log(`${FOLDER} written: ${pages.length} contracts, changed: ${changed.join(", ") || "nothing"}`);
  } else if (changed.length > 0) {
    throw new SuiteError({
      code: "REFERENCE_STALE",
      what: `${changed.map((file) => `${FOLDER}/${file}`).join(", ")} differ from the contracts`,
      next: "run npm run reference -- --update and read what changed",
    });
  } else {
    console.log(`${FOLDER} holds: ${pages.length} contracts`);
  }
}

/** Names of files that are only on one side, or not the same on both. */
export function differences(old: ReadonlyMap<string, string>, wanted: ReadonlyMap<string, string>): readonly string[] {
  return [...new Set([...old.keys(), ...wanted.keys()])].filter((file) => old.get(file) !== wanted.get(file)).sort();
}

async function readFolder(folder: string): Promise<ReadonlyMap<string, string>> {
  await mkdir(folder, { recursive: true });
  const files = await readdir(folder);
  return new Map(
    await Promise.all(
      files.map(async (file): Promise<[string, string]> => {
        const text = await readFile(join(folder, file), "utf8");
        return [file, text.replaceAll("\r\n", "\n")];
      }),
    ),
  );
}
