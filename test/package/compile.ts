import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const require = createRequire(import.meta.url);

export type Compiled = { readonly abi: unknown; readonly bytecode: string };

/** The parts of solc's JavaScript interface and of its answer that are used here. */
type Solc = {
  compile(
    input: string,
    callbacks: { import(path: string): { readonly contents: string } | { readonly error: string } },
  ): string;
};
type Answer = {
  readonly errors?: readonly { readonly formattedMessage: string }[];
  readonly contracts?: Readonly<Record<string, Readonly<Record<string, Artifact>>>>;
};
type Artifact = { readonly abi: unknown; readonly evm: { readonly bytecode: { readonly object: string } } };

/** Compiles `<folder>/<name>.sol`; imports are found as Node finds them from there, so only what the package exports is. Warnings are errors. */
export function compileIn(folder: string, name: string): Compiled {
  const solc = require("solc") as Solc;
  const project = createRequire(join(folder, "package.json"));
  const file = `${name}.sol`;
  const input = {
    language: "Solidity",
    sources: { [file]: { content: readFileSync(join(folder, file), "utf8") } },
    settings: { optimizer: { enabled: true }, outputSelection: { "*": { "*": ["abi", "evm.bytecode.object"] } } },
  };
  const answer = JSON.parse(
    solc.compile(JSON.stringify(input), {
      import(path) {
        try {
          return { contents: readFileSync(project.resolve(path), "utf8") };
        } catch (error) {
          return { error: String(error) };
        }
      },
    }),
  ) as Answer;
  const artifact = answer.contracts?.[file]?.[name];
  const messages = (answer.errors ?? []).map(({ formattedMessage }) => formattedMessage);
  if (messages.length > 0 || artifact === undefined) throw new Error(messages.join("\n") || `${file} has no ${name}`);
  return { abi: artifact.abi, bytecode: `0x${artifact.evm.bytecode.object}` };
}
