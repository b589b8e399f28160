import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { expect } from "chai";

import { readAddressBook, writeAddressBook, type AddressBook } from "../../deploy/address-book.ts";
import { chanceOf } from "./helpers/chance.ts";
import { startDeploy, type Command } from "./helpers/command.ts";
import { ask, startNode, type RunningNode } from "./helpers/node.ts";
import { startRelay, type Fate } from "./helpers/relay.ts";
import { STEPS } from "./helpers/steps.ts";

const CHAIN = 84_532n;
/** In `npm test`, and in `npm run test:long`. */
const KILLS = process.env["npm_lifecycle_event"] === "test:long" ? 50 : 5;

describe("npm run deploy, on a node that passes for Base Sepolia", function () {
  this.timeout(120_000 + KILLS * 30_000);
  let node: RunningNode;
  let folder: string;
  let whole: AddressBook;
  let nothing: unknown;

  before(async function () {
    node = await startNode(CHAIN);
    nothing = await ask(node.url, "evm_snapshot");
  });

  after(async function () {
    await node.stop();
  });

  beforeEach(async function () {
    folder = await mkdtemp(join(tmpdir(), "deploy-"));
  });

  afterEach(async function () {
    await rm(folder, { recursive: true });
  });

  it("goes from nothing to a green check, with a warning, and has nothing to do again", async function () {
    const first = await startDeploy(node.url, folder).ended;
    expect(first.code, first.output).to.equal(0);
    expect(first.output).to.include("!! TEST NETWORK").and.to.include("All as it should be");
    expect(first.output.match(/0x[0-9a-f]{64} +block +\d+ +[\d,]+ gas/g)).to.have.length(STEPS);
    whole = await readAddressBook(CHAIN, folder);

    const check = await startDeploy(node.url, folder, "check").ended;
    expect(check.code, check.output).to.equal(0);
    const again = await startDeploy(node.url, folder, "run").ended;
    expect(again.output).to.include(`Nothing to do: all ${STEPS} steps are done.`);
    expect((await startDeploy(node.url, folder, "status").ended).output).to.include("Complete.");
    expect(await readAddressBook(CHAIN, folder)).to.deep.equal(whole);
  });

  it("fails the check, with a table and exit code 1, when the book is not about this chain's contracts", async function () {
    const { opg, staking } = whole.contracts;
    if (opg === undefined || staking === undefined) throw new Error("not deployed");
    await writeAddressBook(
      { ...whole, contracts: { ...whole.contracts, opg: { ...opg, address: staking.address } } },
      folder,
    );
    const { code, output } = await startDeploy(node.url, folder, "check").ended;
    expect(code).to.equal(1);
    expect(output)
      .to.include("CHECK_FAILED")
      .and.to.match(/OPG +place +0x\w{40} +0x\w{40}/);
  });

  it("refuses a book that it cannot read, a verb that it does not know, and says what to do", async function () {
    await writeFile(join(folder, `${CHAIN}.json`), "{");
    const unreadable = await startDeploy(node.url, folder).ended;
    expect(unreadable.code).to.equal(1);
    expect(unreadable.output).to.include("BAD_ADDRESS_BOOK");
    const unknown = await startDeploy(node.url, folder, "destroy").ended;
    expect(unknown.code).to.equal(1);
    expect(unknown.output).to.include("UNKNOWN_VERB").and.to.include("plan, run, status, check");
  });

  it(`ends in the same book through ${KILLS} kills at random, as many in one deployment as come`, async function () {
    const chance = chanceOf(KILLS);
    for (let killed = 0; killed < KILLS;) {
      await ask(node.url, "evm_revert", [nothing]);
      nothing = await ask(node.url, "evm_snapshot");
      await rm(join(folder, `${CHAIN}.json`), { force: true });
      while (killed < KILLS && (await dies(node.url, folder, chance))) killed++;
      const { code, output } = await startDeploy(node.url, folder).ended;
      expect(code, output).to.equal(0);
      expect(await readAddressBook(CHAIN, folder)).to.deep.equal(whole);
    }
  });
});

/**
 * Runs a deployment that is killed when it sends one of its next transactions (before that arrives, before the answer, or with the answer on its
 * way), or after some time.
 * @returns whether the kill came before the end.
 */
async function dies(url: string, folder: string, chance: () => number): Promise<boolean> {
  const manner = Math.floor(4 * chance());
  let left = 1 + Math.floor(3 * chance());
  const running: { command?: Command } = {};
  const relay = await startRelay(url, (method): Fate => {
    if (manner === 3 || method !== "eth_sendRawTransaction" || --left > 0) return "answered";
    if (manner === 2) setImmediate(() => running.command?.kill());
    else running.command?.kill();
    return manner === 0 ? "cut" : "answered";
  });
  const command = startDeploy(relay.url, folder);
  running.command = command;
  const ended = command.ended.then(({ code }) => code);
  if (manner === 3)
    await Promise.race([ended, sleep(1_500 + 2_500 * chance())]).then(() => {
      command.kill();
    });
  const code = await ended;
  await relay.close();
  return code === null;
}
