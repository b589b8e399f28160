import { dataLength, Interface } from "ethers";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { SuiteError } from "../sdk/errors.ts";
import { snapshotAt } from "./snapshot.ts";
import { task } from "./task.ts";

const SNAPSHOT = "snapshots/abi.txt";
/** Bytes of runtime code: what we aim for, and what no contract may exceed (the chain's own limit is 24,576). */
export const SIZE = { aim: 20_000, limit: 23_000 } as const;

/** One contract as integrators see it. */
export type PublicContract = {
  /** Path and name, `contracts/token/OPG.sol:OPG`. */
  readonly name: string;
  /** One sorted line for each function, event and error. */
  readonly lines: readonly string[];
  /** Bytes of runtime code; 0 for interfaces and abstract contracts. */
  readonly size: number;
};

/** The text of the snapshot: one paragraph for each contract. */
export function render(contracts: readonly PublicContract[]): string {
  return contracts.map(({ name, lines }) => [name, ...lines.map((line) => `  ${line}`), ""].join("\n")).join("\n");
}

/** What changed between two snapshots: `- line` disappeared, `+ line` is new, each under its contract's name. */
export function compare(before: string, after: string): readonly string[] {
  const old = entries(before);
  const current = entries(after);
  const removed = [...old].filter((entry) => !current.has(entry)).map((entry) => `- ${entry}`);
  const added = [...current].filter((entry) => !old.has(entry)).map((entry) => `+ ${entry}`);
  return [...removed, ...added];
}

/** The contracts whose runtime code is above the limit. */
export function oversized(contracts: readonly PublicContract[]): readonly PublicContract[] {
  return contracts.filter(({ size }) => size > SIZE.limit);
}

function entries(snapshot: string): ReadonlySet<string> {
  const found = new Set<string>();
  let contract = "";
  for (const line of snapshot.split(/\r?\n/)) {
    if (line === "") continue;
    if (!line.startsWith(" ")) contract = line;
    found.add(line.startsWith(" ") ? `${contract}  ${line.trim()}` : contract);
  }
  return found;
}

function isPublic(name: string): boolean {
  return name.startsWith("contracts/") && !name.startsWith("contracts/examples/") && !name.includes(".t.sol:");
}

async function readContracts(hre: HardhatRuntimeEnvironment): Promise<readonly PublicContract[]> {
  const names = [...(await hre.artifacts.getAllFullyQualifiedNames())].filter(isPublic).sort();
  const contracts = await Promise.all(
    names.map(async (name) => {
      const { abi, deployedBytecode } = await hre.artifacts.readArtifact(name);
      const lines = new Interface(JSON.stringify(abi)).format().sort();
      // Placeholders of linked libraries are not hexadecimal, but just as long as the address that replaces them.
      return { name, lines, size: dataLength(deployedBytecode.replace(/__\$\w{34}\$__/g, "0".repeat(40))) };
    }),
  );
  return contracts.filter(({ lines }) => lines.length > 0);
}

function printSizes(contracts: readonly PublicContract[]): void {
  console.log(`Runtime bytes (aim ${SIZE.aim}, limit ${SIZE.limit})`);
  const deployable = contracts.filter(({ size }) => size > 0).sort((left, right) => right.size - left.size);
  for (const { name, size } of deployable) {
    console.log(`${size.toString().padStart(8)}  ${name}${size > SIZE.aim ? "  above the aim" : ""}`);
  }
}

/** Compares the public ABIs with the committed snapshot, or writes it, and checks that every contract fits on chain. */
export default task("abi", abi);

async function abi({ update }: { update: boolean }, hre: HardhatRuntimeEnvironment): Promise<void> {
  await hre.tasks.getTask("build").run({ quiet: true });
  const contracts = await readContracts(hre);
  const snapshot = snapshotAt(SNAPSHOT, hre);
  const current = render(contracts);
  const changes = compare(await snapshot.read(), current);
  printSizes(contracts);

  const tooLarge = oversized(contracts).map(({ name, size }) => `${name} has ${size} bytes`);
  if (tooLarge.length > 0) {
    throw new SuiteError({
      code: "CONTRACT_TOO_LARGE",
      what: `${tooLarge.join(", ")}, the limit is ${SIZE.limit}`,
      next: "split it",
    });
  }
  if (update) {
    await snapshot.write(current);
    console.log([`${SNAPSHOT} written, ${changes.length} changes`, ...changes].join("\n"));
  } else if (changes.length > 0) {
    console.log(["Changed:", ...changes].join("\n"));
    throw new SuiteError({
      code: "SNAPSHOT_DIFFERS",
      what: `the public names are not those of ${SNAPSHOT}`,
      next: "if integrators can live with this, run npm run abi -- --update and commit it with the reason",
    });
  } else {
    console.log(`${SNAPSHOT} holds: ${contracts.length} public ABIs`);
  }
}
