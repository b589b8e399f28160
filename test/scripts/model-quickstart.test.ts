import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";
import { network } from "hardhat";
import { createHardhatRuntimeEnvironment } from "hardhat/hre";
import { ArgumentType } from "hardhat/types/arguments";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { Task } from "hardhat/types/tasks";

import config from "../../hardhat.config.ts";
import { startServer } from "../fetch/helpers/server.ts";
import type { TestServer } from "../fetch/helpers/server.ts";
import { npy } from "../helpers/npy.ts";
import { printed } from "../helpers/cli.ts";
import { TINY_SAMPLES, tinyModel } from "../program/helpers/networks.ts";
import { encodeModel } from "../../sdk/program/onnx/messages.ts";
import scripts from "../../package.json" with { type: "json" };

/** What the reader starts in terminals of its own; the test has a node and a server on free ports instead. */
const STARTED = new Map([
  ["npm ci && npm run build", "the test runs in a project that is built"],
  ["npx hardhat node", "localhost is the test's own node"],
  ["python3 -m http.server 8000 --directory my-model/program", "localhost:8000 is the test's own server"],
]);

describe("docs/quickstart.md", function () {
  let folder: string;
  let server: TestServer;
  let node: Awaited<ReturnType<typeof network.createServer>>;
  let hre: HardhatRuntimeEnvironment;

  before(async function () {
    folder = await mkdtemp(join(tmpdir(), "quickstart-"));
    const mine = join(folder, "my-model");
    await mkdir(mine);
    const rows = TINY_SAMPLES.flatMap((sample) => [...sample]);
    await writeFile(join(mine, "model.onnx"), encodeModel(tinyModel()));
    await writeFile(join(mine, "calibration.npy"), npy("<f4", [3, 2], rows));
    await writeFile(join(mine, "held-out.npy"), npy("<f4", [3, 2], rows.toReversed()));
    await writeFile(join(mine, "labels.npy"), npy("<i8", [3], [0, 1, 0]));
    server = await startServer(async (response, _, request) => {
      response.end(await readFile(join(mine, "program", request.url ?? "")));
    });
    node = await network.createServer({ network: "node" }, "127.0.0.1");
    const { port } = await node.listen();
    const localhost = { type: "http" as const, chainType: "l1" as const, url: `http://127.0.0.1:${port}` };
    const networks = { ...config.networks, localhost };
    hre = await createHardhatRuntimeEnvironment({ ...config, networks }, { network: "localhost" }, process.cwd());
  });

  after(async function () {
    await node.close();
    await server.close();
    await rm(folder, { recursive: true });
  });

  /** Runs a line of the page as the shell would, in the test's folder, against the test's node. */
  async function run(line: string): Promise<string> {
    const words = line.split(" ");
    const at = words.indexOf("--network");
    if (at !== -1) expect(words.splice(at, 2)[1], line).to.equal("localhost");
    const { task, rest } = taskOf(hre, words);
    const texts: Record<string, string | boolean> = {};
    for (let index = 0; index < rest.length; index++) {
      const name = (rest[index] ?? "").slice(2).replace(/-./g, (pair) => pair.charAt(1).toUpperCase());
      const isFlag = task.options.get(name)?.type === ArgumentType.FLAG;
      texts[name] = isFlag || placed(rest[++index] ?? "");
    }
    // The developer's own address book of the same chain is left alone.
    if (task.options.has("addresses")) texts["addresses"] = join(folder, "addresses");
    return printed(() => task.run(texts));
  }

  function placed(word: string): string {
    return word.replace(/^my-model/, join(folder, "my-model")).replace("http://localhost:8000", server.origin);
  }

  it("holds, command by command", async function () {
    const page = await readFile(new URL("../../docs/quickstart.md", import.meta.url), "utf8");
    const lines = [...page.matchAll(/^```sh\n([^]*?)^```/gm)].flatMap(([, block = ""]) => block.trim().split("\n"));
    expect(lines.filter((line) => STARTED.has(line))).to.deep.equal([...STARTED.keys()]);
    const said = new Map<string, string>();
    for (const line of lines.filter((each) => !STARTED.has(each))) said.set(line, await run(line));

    const outputs = [...said.values()];
    expect(outputs).to.have.length(6);
    const [deployed = "", imported = "", answered = "", tried = "", published = "", verified = ""] = outputs;
    expect(deployed).to.contain("InferenceMarket");
    expect(imported)
      .to.contain("accuracy, integers")
      .and.to.contain(join(folder, "my-model", "program"));
    expect(answered.match(/input hash/g)).to.have.length(3);
    expect(tried).to.contain("Dry run, nothing is sent.");
    expect(published).to.match(/published version 1\.1$/);
    expect(verified).to.contain("✓ file, program and weights are those of version 1.1");
    expect(server.seen.map(({ path }) => path)).to.contain("/manifest.json");
  });

  it("is about a deployment command that package.json has", function () {
    expect(scripts.scripts.deploy).to.match(/hardhat deploy$/);
  });
});

/** The task that the words name, and the words after it; `npm run deploy --` is the task `deploy`. */
function taskOf(hre: HardhatRuntimeEnvironment, words: readonly string[]): { task: Task; rest: readonly string[] } {
  const isScript = words[0] === "npm";
  expect(words.slice(0, 2)).to.deep.equal(isScript ? ["npm", "run"] : ["npx", "hardhat"]);
  const named = words.slice(2);
  const end = named.findIndex((word) => word.startsWith("--"));
  const id = end === -1 ? named : named.slice(0, end);
  return { task: hre.tasks.getTask([...id]), rest: end === -1 ? [] : named.slice(isScript ? end + 1 : end) };
}
