import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { expect } from "chai";

import { SuiteError } from "../../sdk/errors.ts";
import { directoryAt, directoryInto } from "../../sdk/fetch/disk.ts";
import { fetchDirectory, hashesOf } from "../../sdk/fetch/fetch-directory.ts";
import { programWords } from "../../sdk/program/commitments.ts";
import { readManifest, readProgram, verifyDirectory } from "../../sdk/program/directory.ts";
import { writeDirectory } from "../../sdk/program/write-directory.ts";
import { importModel } from "../../sdk/program/onnx/import.ts";
import { quantise } from "../../sdk/program/quantise.ts";
import { TINY_SAMPLES, tinyModel } from "../program/helpers/networks.ts";
import { startServer } from "./helpers/server.ts";
import type { TestServer } from "./helpers/server.ts";

const HASTY = { rounds: 2, backoffMs: 1, maxBackoffMs: 1 };

describe("program directories that are hosted", function () {
  let folder: string;
  let server: TestServer;

  beforeEach(async function () {
    folder = await mkdtemp(join(tmpdir(), "hosted-"));
    const { program } = quantise(importModel(tinyModel()), TINY_SAMPLES);
    await writeDirectory(directoryInto(join(folder, "hosted")), {
      model: [new TextEncoder().encode("stands for an ONNX file")],
      program: programWords(program),
      weights: [program.weights],
      calibration: { samples: [new Uint8Array(16)], shared: true },
      values: [{ node: "x", record: 0, scale: 1 }],
    });
    server = await startServer(async (response, _, request) => {
      const file = await readFile(join(folder, "hosted", (request.url ?? "").slice(1))).catch(
        (): undefined => undefined,
      );
      response.writeHead(file === undefined ? 404 : 200).end(file);
    });
  });

  afterEach(async function () {
    await server.close();
    await rm(folder, { recursive: true });
  });

  function options() {
    return { cache: join(folder, "cache"), retry: HASTY };
  }

  async function codeOf(work: Promise<unknown>): Promise<string> {
    try {
      await work;
    } catch (error) {
      if (error instanceof SuiteError) return String(error.code);
      throw error;
    }
    return "nothing was refused";
  }

  it("are fetched whole, from the folder's address or that of any file in it", async function () {
    const expected = await readProgram(directoryAt(join(folder, "hosted")));
    for (const uri of [
      `${server.origin}/`,
      `${server.origin}/model.onnx`,
      `${server.origin}/manifest.json`,
      pathToFileURL(join(folder, "hosted", "model.onnx")).href,
    ]) {
      const fetched = await fetchDirectory(uri, options());
      expect(await readProgram(fetched)).to.deep.equal(expected);
      expect((await verifyDirectory(fetched)).manifest).to.deep.equal(expected.manifest);
    }
    expect(server.seen.filter(({ path }) => path === "/weights")).to.have.length(1);
    expect(await readdir(join(folder, "cache", "sha256"))).to.have.length(4);
  });

  it("keep no draft of a file, also not of an import that was killed", async function () {
    await writeFile(join(folder, "hosted", "weights.0123456789ab.draft"), "half of it");
    await directoryInto(join(folder, "hosted")).write("weights", [await readFile(join(folder, "hosted", "weights"))]);
    const names = await readdir(join(folder, "hosted"));
    expect(names.sort()).to.deep.equal(["calibration.f32", "manifest.json", "model.onnx", "program", "weights"]);
  });

  it("are refused after the manifest when it is not what was published", async function () {
    const manifest = await readManifest(directoryAt(join(folder, "hosted")));
    const published = hashesOf(manifest);
    await fetchDirectory(`${server.origin}/`, options(), published);
    await rm(join(folder, "cache"), { recursive: true });
    for (const name of ["contentHash", "programRoot", "weightsRoot"] as const) {
      const seen = server.seen.length;
      const other = { ...published, [name]: `0x${"12".repeat(32)}` };
      expect(await codeOf(fetchDirectory(`${server.origin}/`, options(), other))).to.equal("NOT_WHAT_WAS_PUBLISHED");
      expect(server.seen.slice(seen).map(({ path }) => path)).to.deep.equal(["/manifest.json"]);
    }
  });

  it("are refused when a file is not what the manifest says, is missing, or the manifest itself is", async function () {
    const hosted = (name: string) => join(folder, "hosted", name);
    await writeFile(hosted("weights"), new Uint8Array((await readFile(hosted("weights"))).length));
    expect(await codeOf(fetchDirectory(`${server.origin}/`, options()))).to.equal("CONTENT_DIFFERS");
    await rm(hosted("weights"));
    expect(await codeOf(fetchDirectory(`${server.origin}/`, options()))).to.equal("CONTENT_UNREACHABLE");
    await writeFile(hosted("manifest.json"), "<html>");
    expect(await codeOf(fetchDirectory(`${server.origin}/`, options()))).to.equal("MANIFEST_INVALID");
    await writeFile(hosted("manifest.json"), new Uint8Array(16_777_217));
    expect(await codeOf(fetchDirectory(`${server.origin}/`, options()))).to.equal("CONTENT_UNREACHABLE");
    await rm(hosted("manifest.json"));
    expect(await codeOf(fetchDirectory(`${server.origin}/`, options()))).to.equal("CONTENT_UNREACHABLE");
  });

  it("are said to be missing when they are no folder, or an unfinished one", async function () {
    expect(await codeOf(readManifest(directoryAt(join(folder, "nowhere"))))).to.equal("FILE_MISSING");
    await mkdir(join(folder, "empty"));
    expect(await codeOf(readManifest(directoryAt(join(folder, "empty"))))).to.equal("FILE_MISSING");
    expect(await codeOf(readManifest(directoryAt(join(folder, "hosted", "model.onnx"))))).to.equal("FILE_MISSING");
  });
});
