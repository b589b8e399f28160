import { expect } from "chai";
import { tasks } from "hardhat";

import { ABIS, signatureOf, type AbiEntry, type AbiParameter, type ContractName } from "../../scripts/cli/abi.ts";
import { NEXT_STEPS } from "../../scripts/cli/next-steps.ts";
import { FORMS } from "../../scripts/cli/options.ts";
import { EXCEPTIONS, unitOf } from "../../scripts/cli/units.ts";
import { SCOPES } from "../../scripts/tasks/all.ts";

const ROWS = SCOPES.flatMap(({ tasks: rows }) => rows);

/** Functions that change something and are no task, each with its reason. */
const NOT_FOR_PEOPLE: Readonly<Record<string, string>> = {
  "manager.*": "governance has tasks of its own",
  "staking.lock": "lockers only, which are contracts",
  "staking.unlock": "lockers only, which are contracts",
  "staking.slash": "lockers only, which are contracts",
  "staking.forfeit": "lockers only, which are contracts",
  "staking.endEscrow": "the escrow only",
  "staking.restore": "the escrow only",
  "escrow.open": "the staking contract only",
  ...Object.fromEntries(
    [
      "pickFirst",
      "pickNext",
      "reveal",
      "prove",
      "proveMalformed",
      "timeout",
      "fell",
      "settle",
      "reclaim",
      "collect",
    ].map((name) => [`game.${name}`, "brings what it goes on from: players send it through sdk/game"]),
  ),
  "game.withdraw": "follows settle: players send it with their other moves",
  "game.payShare": "follows settle: players send it through sdk/game",
  "game.payProver": "follows fell: players send it through sdk/game",
  "votes.update": "the staking contract only",
  "votes.delegateBySig": "carries a signature: programs send it",
  "registry.transferFrom": "publisher transfer is the safe way",
  "registry.safeTransferFrom(address,address,uint256,bytes)": "data for a receiving contract",
  "opg.transferFrom": "spenders are contracts",
  "opg.burnFrom": "spenders are contracts",
  "opg.permit": "carries a signature: programs send it",
  "opg.delegateBySig": "carries a signature: programs send it",
  "opg.transferWithAuthorization": "carries a signature: programs send it",
  "opg.receiveWithAuthorization": "carries a signature: programs send it",
  "opg.cancelAuthorization": "carries a signature: programs send it",
};

type Function = { readonly contract: ContractName; readonly entry: AbiEntry };

/** Whether a row or a reason names a function: whole signature, name, or all of its contract. */
function isNamed(names: ReadonlySet<string>, { contract, entry }: Function): boolean {
  return [signatureOf(entry), entry.name ?? "", "*"].some((name) => names.has(`${contract}.${name}`));
}

const CHANGING: readonly Function[] = Object.entries(ABIS).flatMap(([contract, entries]) =>
  entries
    .filter(({ type, stateMutability }) => type === "function" && stateMutability === "nonpayable")
    .map((entry) => ({ contract: contract as ContractName, entry })),
);

describe("command line: the table", function () {
  it("has a task for every function that a person calls, and a reason for every other", function () {
    const called = new Set(ROWS.flatMap(({ calls }) => calls).map(({ contract, method }) => `${contract}.${method}`));
    const excused = new Set(Object.keys(NOT_FOR_PEOPLE));
    const missing = CHANGING.filter((candidate) => !isNamed(called, candidate) && !isNamed(excused, candidate));
    expect(missing.map(({ contract, entry }) => `${contract}.${signatureOf(entry)}`)).to.deep.equal([]);
    const stale = Object.keys(NOT_FOR_PEOPLE).filter(
      (name) => !CHANGING.some((candidate) => isNamed(new Set([name]), candidate)),
    );
    expect(stale, "reasons for functions that are not there").to.deep.equal([]);
  });

  it("gives each task to Hardhat with a sentence, and each option with its form and whether it is needed", function () {
    for (const { task, does, options } of ROWS) {
      const registered = tasks.getTask(task.split(" "));
      expect(registered.description).to.equal(does);
      expect(does, task).to.match(/^[A-Z][^.]*$/);
      for (const [name, option] of Object.entries(options)) {
        const description = registered.options.get(name)?.description;
        expect(description, `${task} ${name}`).to.include(`${option.describes}: ${FORMS[option.kind]} (`);
      }
    }
  });

  it("gives every write --dry-run, --from and --signer, and --approve to those that pull OPG", function () {
    for (const { task, calls, pulls } of ROWS) {
      const names = [...tasks.getTask(task.split(" ")).options.keys()];
      const isWrite = calls.length > 0;
      for (const name of ["dryRun", "from", "signer", "json"])
        expect(names.includes(name), `${task} ${name}`).to.equal(isWrite);
      expect(names.includes("approve"), task).to.equal(pulls);
    }
  });

  it("knows what every number in a function, an event or an error counts", function () {
    const numbers = Object.values(ABIS)
      .flat()
      .filter((entry) => !ABIS.manager.includes(entry))
      .filter(({ type, stateMutability }) => type === "event" || type === "error" || stateMutability === "nonpayable")
      .filter(({ type }) => type !== "constructor")
      .flatMap((entry) => numbersOf(entry).map((parameter) => ({ owner: entry.name ?? "", parameter })));
    const unknown = numbers.filter(({ owner, parameter }) => unitOf(owner, parameter) === undefined);
    expect(unknown.map(({ owner, parameter }) => `${owner}.${parameter.name} ${parameter.type}`)).to.deep.equal([]);
    expect(numbers.length).to.be.greaterThan(100);
  });

  it("has no next step and no exception for a name that no contract has", function () {
    const names = new Set(Object.values(ABIS).flatMap((entries) => entries.map(({ name }) => name)));
    expect(Object.keys(NEXT_STEPS).filter((name) => !names.has(name))).to.deep.equal([]);
    const owners = Object.keys(EXCEPTIONS).map((key) => key.split(".")[0]);
    expect(owners.filter((owner) => !names.has(owner))).to.deep.equal([]);
  });

  it("is what docs/cli.md says", async function () {
    await tasks.getTask("cli-docs").run({ update: false });
  });
});

/** Numbers that are shown by what they count, in structs too; enums and version ids show themselves. */
function numbersOf({ inputs = [] }: AbiEntry): readonly AbiParameter[] {
  return inputs.flatMap(leaves).filter(({ type, internalType }) => type.startsWith("uint") && internalType === type);
}

function leaves(parameter: AbiParameter): readonly AbiParameter[] {
  return parameter.components === undefined ? [parameter] : parameter.components.flatMap(leaves);
}
