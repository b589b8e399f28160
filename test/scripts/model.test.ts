import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

import { expect } from "chai";
import { sha256 } from "ethers";

import { directoryAt } from "../../sdk/fetch/disk.ts";
import { fetchVersion, STRANGERS } from "../../sdk/fetch/fetch-version.ts";
import { verifyDirectory } from "../../sdk/program/directory.ts";
import { toVersionId } from "../../sdk/registry/version-id.ts";
import { encodeModel } from "../../sdk/program/onnx/messages.ts";
import { startWorld, type World } from "../helpers/cli.ts";
import { npy } from "../helpers/npy.ts";
import { int, model, node, TINY_SAMPLES, tensor, tinyModel, value } from "../program/helpers/networks.ts";
import { startServer } from "../fetch/helpers/server.ts";

const URI = "https://example.com/tiny/model.onnx";

describe("model tasks", function () {
  let cli: World;
  let folder: string;

  before(async function () {
    cli = await startWorld();
    folder = await mkdtemp(join(tmpdir(), "model-"));
    await writeFile(path("tiny.onnx"), encodeModel(tinyModel()));
    await writeFile(
      path("calibration.npy"),
      npy(
        "<f4",
        [3, 2],
        TINY_SAMPLES.flatMap((sample) => [...sample]),
      ),
    );
    await writeFile(path("other.csv"), "1,1\n-1,0.5\n0.25,0.25\n0,-1\n");
    await writeFile(path("labels.json"), "[0,1,0,1]");
    await writeFile(path("regression.onnx"), encodeModel(regression()));
    await cli.run("model import", { ...files(), out: path("tiny"), classNames: "calm, volatile" });
    await cli.run("model import", { ...files(), out: path("open"), shareCalibration: true });
  });

  after(async function () {
    await cli.close();
    await rm(folder, { recursive: true });
  });

  function path(name: string): string {
    return join(folder, name);
  }

  function files() {
    return { onnx: path("tiny.onnx"), calibration: path("calibration.npy") };
  }

  function publication() {
    return { directory: path("tiny"), uri: URI, licence: "Apache-2.0" };
  }

  /** The value beside a name in what a task printed. */
  function said(text: string, name: string): string | undefined {
    return new RegExp(`^${name}\\s+(.*)$`, "m").exec(text)?.[1];
  }

  describe("in a shell", function () {
    async function shell(...words: readonly string[]): Promise<{ readonly code: number; readonly text: string }> {
      const cliFile = fileURLToPath(import.meta.resolve("hardhat/package.json")).replace(
        "package.json",
        "dist/src/cli.js",
      );
      // A person's environment: where Hardhat finds one of continuous integration, it adds stack traces.
      const { PATH, HOME } = process.env;
      const child = spawn(process.execPath, [cliFile, ...words], {
        env: { PATH, HOME },
        stdio: ["ignore", "pipe", "pipe"],
      });
      let text = "";
      for (const stream of [child.stdout, child.stderr]) stream.on("data", (data: Buffer) => (text += data.toString()));
      const [code] = (await once(child, "close")) as [number];
      return { code, text };
    }

    it("explain themselves, say what is wrong in one line, and end with the exit code that fits", async function () {
      const help = await shell("model", "--help");
      for (const verb of ["import", "inspect", "publish", "run", "verify"]) {
        expect(help.text).to.match(new RegExp(`^ +model ${verb} +[A-Z].{30,}$`, "m"));
      }
      expect((await shell("model", "run", "--help")).text).to.match(/--input +one input or several: .*required/);

      const whole = await shell("model", "verify", "--directory", path("open"));
      expect(whole).to.deep.include({ code: 0 });
      const missing = await shell("model", "verify", "--directory", path("nowhere"));
      expect(missing.code).to.equal(1);
      expect(missing.text)
        .to.contain("FILE_MISSING: there is no file")
        .and.not.to.match(/^ +at /m);
    });
  });

  describe("import", function () {
    it("writes a directory and reports how exact, large and dear to dispute the program is", async function () {
      const text = await cli.run("model import", {
        ...files(),
        out: path("reported"),
        evaluation: path("other.csv"),
        labels: path("labels.json"),
      });
      expect(said(text, "measured on")).to.equal("4 samples");
      expect(said(text, "same class as float32")).to.match(/^(50|75|100)\.00 %$/);
      expect(said(text, "accuracy, float32")).to.match(/ %$/);
      expect(said(text, "accuracy, integers")).to.match(/ %$/);
      expect(Number.parseFloat(said(text, "largest error") ?? "")).to.be.below(0.05);
      expect(text)
        .to.match(/^"Gemm_h" \(Gemm\) +2 /m)
        .and.to.match(/^"MatMul_m" \(MatMul\) +3 /m);
      expect(said(text, "program")).to.equal("1,280 bytes");
      expect(said(text, "dispute, estimated")).to.match(
        /^[\d,]+ gas: open 140,000 \+ 1 × 80,000 a round \+ step [\d,]+$/,
      );
      expect(said(text, "contentHash")).to.equal(sha256(await readFile(path("tiny.onnx"))));
      expect((await readdir(path("reported"))).sort()).to.deep.equal([
        "manifest.json",
        "model.onnx",
        "program",
        "weights",
      ]);
    });

    it("says so when it measured on the very samples of the calibration", async function () {
      const text = await cli.run("model import", { ...files(), out: path("reported") });
      expect(said(text, "measured on")).to.contain("those of the calibration: give --evaluation");
    });

    it("refuses what is missing, unreadable or does not fit, before it writes anything", async function () {
      const cases = [
        [{ calibration: path("calibration.npy") }, "OPTION_MISSING", "--onnx"],
        [{ onnx: path("tiny.onnx") }, "OPTION_MISSING", "--calibration"],
        [{ ...files(), onnx: path("nowhere.onnx") }, "FILE_UNREADABLE", "nowhere.onnx"],
        [{ ...files(), onnx: path("labels.json") }, "ONNX_TRUNCATED", ""],
        [{ ...files(), calibration: path("labels.json") }, "SAMPLES_INVALID", "has 4 values, the model takes 2"],
        [{ ...files(), evaluation: path("other.csv"), labels: path("other.csv") }, "LABELS_INVALID", "label 0"],
        [{ ...files(), labels: path("labels.json") }, "LABELS_INVALID", "4 labels for 3 samples"],
        [{ ...files(), classNames: "calm,,volatile" }, "CLASS_NAMES_INVALID", "empty name"],
        [{ ...files(), onnx: path("regression.onnx"), classNames: "a" }, "CLASS_NAMES_INVALID", "no class number"],
      ] as const;
      for (const [texts, code, what] of cases) {
        const refusal = await cli.refusal("model import", { ...texts, out: path("refused") });
        expect(refusal.code).to.equal(code);
        expect(refusal.message).to.contain(what);
      }
      expect(await readdir(folder)).not.to.contain("refused");
    });
  });

  describe("inspect", function () {
    it("shows records, sizes and hashes, the same for the folder and its address", async function () {
      const server = await startServer(async (response, _, request) => {
        response.end(await readFile(join(path("tiny"), request.url ?? "")));
      });
      try {
        const local = await cli.run("model inspect", { directory: path("tiny") });
        expect(await cli.run("model inspect", { directory: `${server.origin}/model.onnx` })).to.equal(local);
        expect(local)
          .to.match(/^0 +INPUT +int8 +1 × 1 × 1 × 2/m)
          .and.to.match(/^3 +ARGMAX +int32/m);
        expect(said(local, "output")).to.equal("class: calm, volatile");
        expect(said(local, "calibration")).to.equal("24 bytes, kept by the publisher");
      } finally {
        await server.close();
      }
    });

    it("refuses a folder without a manifest, and an address it may not read", async function () {
      expect((await cli.refusal("model inspect", { directory: folder })).code).to.equal("FILE_MISSING");
      const refusal = await cli.refusal("model inspect", { directory: "http://example.com/model.onnx" });
      expect(refusal.code).to.equal("URI_NOT_ALLOWED");
    });
  });

  describe("run", function () {
    it("prints the class with its name, and the hashes that go on chain", async function () {
      await writeFile(path("input.json"), "[1, 0.5]");
      const text = await cli.run("model run", { directory: path("tiny"), input: path("input.json") });
      expect(said(text, "output")).to.match(/^(0 \(calm\)|1 \(volatile\))$/);
      expect(said(text, "input hash")).to.match(/^0x[0-9a-f]{64}$/);
      expect(said(text, "output hash")).to.match(/^0x[0-9a-f]{64}$/);
    });

    it("gives one answer for each input, and everything as JSON", async function () {
      const text = await cli.run("model run", { directory: path("tiny"), input: path("other.csv"), json: true });
      const answers = JSON.parse(text) as readonly Record<string, unknown>[];
      expect(answers).to.have.length(4);
      for (const answer of answers) {
        expect(answer).to.have.keys(
          "output",
          "values",
          "className",
          "inputHash",
          "outputHash",
          "inputBytes",
          "outputBytes",
        );
      }
    });

    it("prints real values where the output is no class", async function () {
      await cli.run("model import", {
        onnx: path("regression.onnx"),
        calibration: path("calibration.npy"),
        out: path("regression"),
      });
      await writeFile(path("input.json"), "[1, -1]");
      const text = await cli.run("model run", { directory: path("regression"), input: path("input.json") });
      // y = 0.5·1 − 0.25·(−1) + 0.125
      const value = Number(said(text, "real values"));
      expect(Math.abs(value - 0.875) < 0.01, `${value} is near 0.875`).to.equal(true);
    });
  });

  describe("verify", function () {
    it("compiles the model again where the samples are shared, or given", async function () {
      const shared = await cli.run("model verify", { directory: path("open") });
      expect(shared).to.contain("✓ compiling model.onnx").and.to.contain("– not compared with the chain");
      const closed = await cli.run("model verify", { directory: path("tiny") });
      expect(closed).to.contain("✓ the program is well-formed").and.to.contain("– not compiled again");
      const given = await cli.run("model verify", { directory: path("tiny"), calibration: path("calibration.npy") });
      expect(given).to.contain("✓ compiling model.onnx");
    });

    it("refuses other samples than those of the calibration", async function () {
      const texts = { directory: path("tiny"), calibration: path("other.csv") };
      expect((await cli.refusal("model verify", texts)).code).to.equal("CALIBRATION_DIFFERS");
    });

    it("finds a directory whose program is not what its ONNX file compiles to", async function () {
      await cli.run("model import", { ...files(), out: path("forged"), shareCalibration: true });
      const other = encodeModel(regression());
      await writeFile(join(path("forged"), "model.onnx"), other);
      const manifest = JSON.parse(await readFile(join(path("forged"), "manifest.json"), "utf8")) as {
        files: Record<string, unknown>;
      };
      manifest.files["model"] = { size: other.length, sha256: sha256(other) };
      await writeFile(join(path("forged"), "manifest.json"), JSON.stringify(manifest));
      const refusal = await cli.refusal("model verify", { directory: path("forged") });
      expect(refusal.code).to.equal("RECOMPILES_OTHERWISE");
    });

    it("fetches what a version published from where it was published", async function () {
      const server = await startServer(async (response, _, request) => {
        response.end(await readFile(join(path("tiny"), request.url ?? "")));
      });
      try {
        const uri = `${server.origin}/model.onnx`;
        const said = await cli.run("model publish", { ...publication(), uri, metadataUri: "ipfs://about" });
        const [, version = ""] = /published version (\d+\.\d+)/.exec(said) ?? [];
        const verified = await cli.run("model verify", { versionId: version });
        expect(verified).to.contain(`published at ${uri}`).and.to.contain(`are those of version ${version}`);

        const [modelId = "", number = ""] = version.split(".");
        const versionId = toVersionId(BigInt(modelId), BigInt(number));
        const options = { cache: path("cache"), policy: { ...STRANGERS, allowHttp: "localhost" as const } };
        const fetched = await fetchVersion(cli.suite.registry, versionId, options);
        expect(await verifyDirectory(fetched)).to.deep.equal(await verifyDirectory(directoryAt(path("tiny"))));
      } finally {
        await server.close();
      }
    });

    it("reads nothing on this machine for an address that a stranger wrote", async function () {
      const cases = [
        [pathToFileURL(join(path("tiny"), "model.onnx")).href, "URI_NOT_ALLOWED"],
        [join(path("tiny"), "model.onnx"), "URI_INVALID"],
      ] as const;
      for (const [uri, code] of cases) {
        const said = await cli.run("model publish", { ...publication(), uri, metadataUri: "ipfs://about" });
        const [, version = ""] = /published version (\d+\.\d+)/.exec(said) ?? [];
        expect((await cli.refusal("model verify", { versionId: version })).code).to.equal(code);
      }
      const said = await cli.run("model publish", {
        ...publication(),
        uri: "http://localhost:1/",
        metadataUri: "ipfs://a",
      });
      const [, model = ""] = /published version (\d+)\./.exec(said) ?? [];
      const work = fetchVersion(cli.suite.registry, toVersionId(BigInt(model), 1n), { cache: path("cache") });
      await work.then(
        () => expect.fail("plain http of this machine was read"),
        (error: unknown) => {
          expect(error).to.have.property("code", "URI_NOT_ALLOWED");
        },
      );
    });

    it("asks for a directory or a version", async function () {
      expect((await cli.refusal("model verify")).code).to.equal("OPTION_MISSING");
    });

    it("finds a flipped bit in any file", async function () {
      for (const name of ["model.onnx", "program", "weights", "calibration.f32"]) {
        await cli.run("model import", { ...files(), out: path("damaged"), shareCalibration: true });
        const file = await readFile(join(path("damaged"), name));
        file[3] = (file[3] ?? 0) ^ 4;
        await writeFile(join(path("damaged"), name), file);
        const refusal = await cli.refusal("model verify", { directory: path("damaged") });
        expect(refusal.code).to.equal("FILE_DIFFERS");
        expect(refusal.message).to.contain(name);
      }
    });

    it("refuses a version that does not exist, decoded, and a bad id", async function () {
      const unknown = await cli.refusal("model verify", { directory: path("tiny"), versionId: "900.1" });
      expect(unknown.message).to.contain("ModelRegistryUnknownVersion(versionId: 900.1)");
      expect((await cli.refusal("model verify", { directory: path("tiny"), versionId: "x" })).code).to.equal(
        "OPTION_INVALID",
      );
    });
  });

  describe("publish", function () {
    it("tries and sends nothing in a dry run", async function () {
      const before = await cli.ethers.provider.getBlockNumber();
      const text = await cli.run("model publish", { ...publication(), metadataUri: "ipfs://about", dryRun: true });
      expect(text)
        .to.contain("Dry run")
        .and.to.contain("registry.registerModel")
        .and.to.match(/gas +about [\d,]+/);
      expect(await cli.ethers.provider.getBlockNumber()).to.equal(before);
    });

    it("registers a model, publishes its first version, and says which", async function () {
      const text = await cli.run("model publish", { ...publication(), metadataUri: "ipfs://about", royalty: "20%" });
      expect(text).to.contain("registry.ModelRegistered").and.to.contain("registry.VersionPublished");
      expect(text)
        .to.match(/sent +0x\w{64}/)
        .and.to.match(/gas +[\d,]+/);
      const version = /published version (\d+\.\d+)/.exec(text)?.[1] ?? "";
      const verified = await cli.run("model verify", { directory: path("tiny"), versionId: version });
      expect(verified).to.contain(`✓ file, program and weights are those of version ${version}`);
      const other = { directory: path("regression"), versionId: version };
      await cli.run("model import", {
        onnx: path("regression.onnx"),
        calibration: path("calibration.npy"),
        out: path("regression"),
      });
      expect((await cli.refusal("model verify", other)).code).to.equal("NOT_WHAT_WAS_PUBLISHED");

      const [modelId = ""] = version.split(".");
      const tried = await cli.run("model publish", { ...publication(), model: modelId, dryRun: true });
      expect(tried).to.contain("would call").and.to.contain(`returns       versionId: ${modelId}.2`);
      const next = await cli.run("model publish", { ...publication(), model: modelId });
      expect(next).to.contain(`published version ${modelId}.2`);
    });

    it("shows the registry's refusal with its arguments, and sends nothing", async function () {
      const first = await cli.run("model publish", { ...publication(), metadataUri: "ipfs://about" });
      const modelId = /published version (\d+)\./.exec(first)?.[1] ?? "";
      const before = await cli.ethers.provider.getBlockNumber();
      const cases = [
        [{ from: "1", model: modelId }, `ModelRegistryNotHolder(modelId: ${modelId}, caller: ${cli.accounts[1] ?? ""}`],
        [{ model: "900" }, "ModelRegistryUnknownModel(modelId: 900)"],
        [{ model: modelId, royalty: "30.01%" }, "ModelRegistryRoyaltyTooHigh(royaltyBps: 30.01 %, maximumBps: 30 %)"],
      ] as const;
      for (const [texts, what] of cases) {
        const refusal = await cli.refusal("model publish", { ...publication(), ...texts });
        expect(refusal.code).to.equal("CONTRACT_REFUSED");
        expect(refusal.message).to.contain(what);
      }
      expect(await cli.ethers.provider.getBlockNumber()).to.equal(before);
    });

    it("refuses a damaged directory, and a new model without a description", async function () {
      await cli.run("model import", { ...files(), out: path("damaged") });
      await writeFile(join(path("damaged"), "weights"), new Uint8Array(32));
      const before = await cli.ethers.provider.getBlockNumber();
      const damaged = { ...publication(), directory: path("damaged"), metadataUri: "ipfs://about" };
      expect((await cli.refusal("model publish", damaged)).code).to.equal("FILE_DIFFERS");
      expect((await cli.refusal("model publish", publication())).code).to.equal("METADATA_MISSING");
      expect(await cli.ethers.provider.getBlockNumber()).to.equal(before);
    });
  });
});

/** One layer without an ArgMax. */
function regression() {
  return model({
    input: [value("x", [1, 2])],
    output: [value("y", [1, 1])],
    initializer: [tensor("w", [1, 2], [0.5, -0.25]), tensor("b", [1], [0.125])],
    node: [node("Gemm", ["x", "w", "b"], "y", [int("transB", 1)])],
  });
}
