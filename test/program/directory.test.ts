import { expect } from "chai";

import { programWords, programRoot, weightsRoot } from "../../sdk/program/commitments.ts";
import { DirectoryError } from "../../sdk/program/directory-errors.ts";
import type { DirectoryErrorCode } from "../../sdk/program/directory-errors.ts";
import { FILES } from "../../sdk/program/directory-files.ts";
import type { ByteSource, DirectoryReader, DirectoryWriter, FileName } from "../../sdk/program/directory-files.ts";
import { openChunks, readManifest, readProgram, verifyDirectory } from "../../sdk/program/directory.ts";
import { writeDirectory } from "../../sdk/program/write-directory.ts";
import { serialiseProgram } from "../../sdk/program/file.ts";
import { formatManifest } from "../../sdk/program/manifest.ts";
import { parseManifest } from "../../sdk/program/parse-manifest.ts";
import type { Manifest } from "../../sdk/program/manifest.ts";
import { buildTree, merkleProof, merkleRoot, rootOf, toHex } from "../../sdk/program/merkle.ts";
import { importModel } from "../../sdk/program/onnx/import.ts";
import { quantise } from "../../sdk/program/quantise.ts";
import type { Program } from "../../sdk/program/program.ts";
import { concatenated } from "../../sdk/program/streams.ts";
import { CHUNK_BYTES, rootOfChunk, TreeScanner } from "../../sdk/program/stream-tree.ts";
import { hashing } from "../../sdk/fetch/disk.ts";
import { TINY_SAMPLES, tinyModel } from "./helpers/networks.ts";
import { Random } from "./helpers/random.ts";

/** A program directory in memory, as a browser would keep one. */
class MemoryDirectory implements DirectoryReader, DirectoryWriter {
  readonly createSha256 = hashing.createSha256;
  readonly files = new Map<FileName, Uint8Array>();
  /** Names in the order in which they were finished. */
  readonly written: FileName[] = [];

  // eslint-disable-next-line @typescript-eslint/require-await -- the type is that of files, which take time
  async *read(name: FileName): AsyncGenerator<Uint8Array> {
    const file = this.files.get(name);
    if (file === undefined) throw new DirectoryError({ code: "FILE_MISSING", what: name, next: "" });
    const step = file.length > 1_000_000 ? 65_521 : 37;
    for (let at = 0; at < file.length; at += step) yield file.subarray(at, at + step);
  }

  remove(name: FileName): Promise<void> {
    this.files.delete(name);
    return Promise.resolve();
  }

  async write(name: FileName, content: ByteSource): Promise<void> {
    this.files.set(name, await concatenated(content));
    this.written.push(name);
  }
}

const ONNX = new TextEncoder().encode("stands for an ONNX file: the directory only hashes it");
const VALUES = [{ node: "x", record: 0, scale: 0.5 }];
const SAMPLES = new Uint8Array(Float32Array.from([1, 0.5, -0.75, 1]).buffer);

function tinyProgram(): Program {
  return quantise(importModel(tinyModel()), TINY_SAMPLES).program;
}

async function tinyDirectory({ shared = false } = {}) {
  const program = tinyProgram();
  const directory = new MemoryDirectory();
  const manifest = await writeDirectory(directory, {
    model: [ONNX],
    program: programWords(program),
    weights: [program.weights.subarray(0, 50), program.weights.subarray(50)],
    calibration: { samples: [SAMPLES], shared },
    values: VALUES,
    classNames: ["calm", "volatile"],
  });
  return { program, directory, manifest };
}

async function refusal(work: Promise<unknown>): Promise<DirectoryError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof DirectoryError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

function scan(words: Uint8Array, pieceLength: number, chunks: readonly number[] = []) {
  const tree = new TreeScanner(chunks);
  for (let at = 0; at < words.length; at += pieceLength) tree.update(words.subarray(at, at + pieceLength));
  return tree.finish();
}

describe("program directories", function () {
  it("hold a program in two files that together are its program file, and read it back", async function () {
    const { program, directory, manifest } = await tinyDirectory();
    const both = await concatenated([
      directory.files.get(FILES.program) ?? new Uint8Array(),
      directory.files.get(FILES.weights) ?? new Uint8Array(),
    ]);
    expect(toHex(both)).to.equal(toHex(serialiseProgram(program)));
    expect(await readProgram(directory)).to.deep.equal({ manifest, program });
  });

  it("state the roots that a version publishes, and the hash of the ONNX file", async function () {
    const { program, manifest } = await tinyDirectory();
    const sha256 = toHex(digestOf(ONNX));
    expect(manifest.programRoot).to.equal(programRoot(program));
    expect(manifest.weightsRoot).to.equal(weightsRoot(program));
    expect(manifest.files.model).to.deep.equal({ size: ONNX.length, sha256 });
  });

  it("get their manifest last, and lose an older one first", async function () {
    const { directory } = await tinyDirectory();
    expect(directory.written).to.deep.equal([FILES.model, FILES.program, FILES.weights, FILES.manifest]);
    const failing = writeDirectory(directory, {
      model: [ONNX],
      program: new Uint8Array(256),
      weights: brokenSource(),
      calibration: { samples: [], shared: false },
      values: VALUES,
    });
    await failing.then(
      () => expect.fail("the weights could not be read"),
      (error: unknown) => {
        expect(error).to.have.property("message", "the disk is gone");
      },
    );
    expect((await refusal(readManifest(directory))).code).to.equal("FILE_MISSING");
  });

  it("are written piece by piece: no piece of the weights is asked for before the one before it is written", async function () {
    const { program } = await tinyDirectory();
    const order: string[] = [];
    function* weights(): Generator<Uint8Array> {
      for (let piece = 0; piece < 4; piece++) {
        order.push(`made ${piece}`);
        yield new Uint8Array(64);
      }
    }
    class Slow extends MemoryDirectory {
      override async write(name: FileName, content: ByteSource): Promise<void> {
        if (name !== FILES.weights) return super.write(name, content);
        let piece = 0;
        for await (const bytes of content) order.push(`${bytes.length} bytes of ${piece++} written`);
      }
    }
    await writeDirectory(new Slow(), {
      model: [ONNX],
      program: programWords(program),
      weights: weights(),
      calibration: { samples: [], shared: false },
      values: VALUES,
    });
    expect(order).to.deep.equal([0, 1, 2, 3].flatMap((piece) => [`made ${piece}`, `64 bytes of ${piece} written`]));
  });

  it("keep calibration samples to themselves unless asked to share them", async function () {
    const closed = await tinyDirectory();
    expect(closed.directory.files.has(FILES.calibration)).to.equal(false);
    const shared = await tinyDirectory({ shared: true });
    expect(shared.directory.files.get(FILES.calibration)).to.deep.equal(SAMPLES);
    expect(closed.manifest.calibration).to.deep.equal({ ...shared.manifest.calibration, shared: false });
    expect(shared.manifest.calibration).to.deep.equal({ size: 16, sha256: toHex(digestOf(SAMPLES)), shared: true });
  });

  it("report progress up to each file's length", async function () {
    const { directory, manifest } = await tinyDirectory();
    const last = new Map<string, number>();
    await verifyDirectory(directory, (file, done, total) => {
      expect(done).to.be.at.most(total);
      last.set(file, done);
    });
    const { model, program, weights } = manifest.files;
    expect([...last]).to.deep.equal([
      [FILES.model, model.size],
      [FILES.program, program.size],
      [FILES.weights, weights.size],
    ]);
  });

  for (const name of [FILES.model, FILES.program, FILES.weights, FILES.calibration] as const) {
    it(`refuse ${name} with a flipped bit, a byte too many, a byte too few, or missing`, async function () {
      const { directory } = await tinyDirectory({ shared: true });
      const file = directory.files.get(name) ?? new Uint8Array();
      const damages: readonly (readonly [DirectoryErrorCode, Uint8Array | undefined])[] = [
        ["FILE_DIFFERS", file.map((byte, at) => (at === 5 ? byte ^ 1 : byte))],
        ["FILE_DIFFERS", new Uint8Array([...file, 0])],
        ["FILE_DIFFERS", file.subarray(0, -1)],
        ["FILE_MISSING", undefined],
      ];
      for (const [code, damaged] of damages) {
        if (damaged === undefined) directory.files.delete(name);
        else directory.files.set(name, damaged);
        const error = await refusal(verifyDirectory(directory));
        expect(error.code).to.equal(code);
        expect(error.message).to.contain(name);
      }
    });
  }

  it("refuse files that agree with the manifest's hashes but not with its roots", async function () {
    for (const root of ["programRoot", "weightsRoot"] as const) {
      const { directory, manifest } = await tinyDirectory();
      const wrong = toHex(new Uint8Array(32).fill(7));
      setManifest(directory, { ...manifest, [root]: wrong });
      for (const read of [verifyDirectory, readProgram]) {
        const error = await refusal(read(directory));
        expect(error.code).to.equal("ROOT_DIFFERS");
        expect(error.message).to.contain(manifest[root]).and.to.contain(wrong);
      }
    }
  });

  it("refuse a header that does not fit the files, although every hash is right", async function () {
    const program = tinyProgram();
    const words = programWords(program);
    const values = VALUES;
    const cases = [
      { words: words.subarray(0, 128), weights: program.weights, values, what: "128 bytes are no header" },
      { words: words.map((byte, at) => (at === 0 ? 0 : byte)), weights: program.weights, values, what: "it starts" },
      { words: words.subarray(0, -256), weights: program.weights, values, what: "4 records are" },
      { words, weights: program.weights.subarray(32), values, what: "weight leaves are not" },
      { words, weights: program.weights, values: [{ node: "y", record: 4, scale: 1 }], what: "y is in record 4 of 4" },
    ];
    for (const { words, weights, values, what } of cases) {
      const directory = new MemoryDirectory();
      const calibration = { samples: [], shared: false };
      await writeDirectory(directory, { model: [ONNX], program: words, weights: [weights], calibration, values });
      const error = await refusal(verifyDirectory(directory));
      expect(error.code).to.equal("HEADER_DIFFERS");
      expect(error.message).to.contain(what);
    }
    const { directory, manifest } = await tinyDirectory();
    setManifest(directory, { ...manifest, values: [{ node: "y", record: 4, scale: 1 }] });
    expect((await refusal(readProgram(directory))).code).to.equal("HEADER_DIFFERS");
  });
});

describe("manifests", function () {
  it("read back as they were written, with and without class names", async function () {
    const { manifest } = await tinyDirectory();
    const { classNames, ...plain } = manifest;
    expect(classNames).to.deep.equal(["calm", "volatile"]);
    for (const each of [manifest, plain]) expect(parseManifest(formatManifest(each))).to.deep.equal(each);
  });

  it("have the same bytes whatever the order of their fields", async function () {
    const { manifest } = await tinyDirectory();
    const reversed = Object.fromEntries(Object.entries(manifest).reverse());
    expect(formatManifest(parseManifest(JSON.stringify(reversed)))).to.equal(formatManifest(manifest));
  });

  it("are refused with the place of the first fault", async function () {
    const { manifest } = await tinyDirectory();
    const { model, weights } = manifest.files;
    const faults: readonly (readonly [string, unknown])[] = [
      ["manifest is []", []],
      ["manifest is null", null],
      ['format is "program-directory/2"', { ...manifest, format: "program-directory/2" }],
      ['a field "extra"', { ...manifest, extra: 1 }],
      ['a field "toString"', JSON.parse('{"toString":1}')],
      ['no field "values"', without(manifest, "values")],
      ['no field "programRoot"', without(manifest, "programRoot")],
      ["programRoot is 7", { ...manifest, programRoot: 7 }],
      ["weightsRoot is", { ...manifest, weightsRoot: manifest.weightsRoot.toUpperCase() }],
      ['files has no field "program"', { ...manifest, files: { model, weights } }],
      ['files has a field "other"', { ...manifest, files: { ...manifest.files, other: model } }],
      ["files.model is []", { ...manifest, files: { ...manifest.files, model: [] } }],
      ["files.model.size is -1", withModel(manifest, { size: -1 })],
      ["files.model.size is 1.5", withModel(manifest, { size: 1.5 })],
      ['files.model.size is "9"', withModel(manifest, { size: "9" })],
      ["files.model.sha256 is", withModel(manifest, { sha256: "0x12" })],
      ['files.model has a field "path"', withModel(manifest, { path: "../../etc/passwd" })],
      [
        "files.program.size is 67108865",
        { ...manifest, files: { ...manifest.files, program: { ...model, size: 67_108_865 } } },
      ],
      ["calibration.shared is 1", { ...manifest, calibration: { ...model, shared: 1 } }],
      ["calibration.size is", { ...manifest, calibration: { ...model, shared: true, size: null } }],
      ["values is []", { ...manifest, values: [] }],
      ["values[1] is 0", { ...manifest, values: [...VALUES, 0] }],
      ["values[0].scale is 0", { ...manifest, values: [{ node: "x", record: 0, scale: 0 }] }],
      ["values[0].scale is null", { ...manifest, values: [{ node: "x", record: 0, scale: Infinity }] }],
      ["values[0].record is -1", { ...manifest, values: [{ node: "x", record: -1, scale: 1 }] }],
      ['values[0].node is ""', { ...manifest, values: [{ node: "", record: 0, scale: 1 }] }],
      ['values[0] has no field "node"', { ...manifest, values: [{ record: 0, scale: 1 }] }],
      ["classNames is", { ...manifest, classNames: "calm" }],
      ['classNames[1] is ""', { ...manifest, classNames: ["calm", ""] }],
    ];
    for (const [what, value] of faults) {
      const error = await refusal(Promise.resolve().then(() => parseManifest(JSON.stringify(value))));
      expect(error.code, what).to.equal("MANIFEST_INVALID");
      expect(error.message).to.contain(what);
    }
    expect((await refusal(Promise.resolve().then(() => parseManifest("{")))).message).to.contain("no JSON");
  });

  it("are not read beyond 16 MiB", async function () {
    const directory = new MemoryDirectory();
    directory.files.set(FILES.manifest, new Uint8Array(16_777_217).fill(0x20));
    expect((await refusal(readManifest(directory))).code).to.equal("MANIFEST_TOO_LARGE");
    directory.files.set(FILES.manifest, new Uint8Array(16_777_216).fill(0x20));
    expect((await refusal(readManifest(directory))).code).to.equal("MANIFEST_INVALID");
  });
});

describe("trees over words that pass by once", function () {
  it("have the root and depth of the tree in memory, for every number of leaves and any pieces", function () {
    const random = new Random(41);
    for (const leaves of [0, 1, 2, 3, 15, 16, 17, 31, 32, 33, 64, 255, 256, 257, 300]) {
      const words = bytesOf(random, 32 * leaves);
      const tree = buildTree(words);
      for (const pieceLength of [7, 32, 1000, 100_000]) {
        const { root, depth, leaves: counted } = scan(words, pieceLength);
        expect({ root, depth, counted }).to.deep.equal({ root: rootOf(tree), depth: tree.depth, counted: leaves });
      }
    }
  });

  it("open every chunk with the siblings of the tree in memory, and the opening leads to the root", function () {
    const random = new Random(42);
    for (const leaves of [1, 20, 32, 33, 65, 256, 257, 520]) {
      const words = bytesOf(random, 32 * leaves);
      const tree = buildTree(words);
      const chunks = Array.from({ length: Math.ceil(leaves / 32) }, (_, index) => index);
      for (const opening of scan(words, 100, chunks).openings) {
        const from = opening.index * CHUNK_BYTES;
        const expected = new Uint8Array(tree.depth === 4 ? 512 : CHUNK_BYTES);
        expected.set(words.subarray(from, from + CHUNK_BYTES));
        expect(opening.words).to.deep.equal(expected);
        expect(opening.siblings).to.deep.equal(tree.depth === 4 ? [] : merkleProof(tree, opening.index, 5));
        expect(rootOfChunk(opening)).to.equal(rootOf(tree));
      }
    }
  });

  it("betray a chunk with one flipped bit", function () {
    const [opening] = scan(bytesOf(new Random(43), 32 * 100), 4096, [2]).openings;
    if (opening === undefined) throw new Error("a chunk was opened");
    const root = rootOfChunk(opening);
    const words = opening.words.map((byte, at) => (at === 1023 ? byte ^ 1 : byte));
    expect(rootOfChunk({ ...opening, words })).not.to.equal(root);
    expect(rootOfChunk({ ...opening, index: 3 })).not.to.equal(root);
  });

  it("refuse chunks that are not there, and half a word", async function () {
    const { directory, manifest } = await tinyDirectory();
    expect((await openChunks(directory, [0])).root).to.equal(manifest.weightsRoot);
    for (const chunk of [1, -1, 0.5]) {
      expect((await refusal(openChunks(directory, [chunk]))).code).to.equal("NO_SUCH_CHUNK");
    }
    expect(() => scan(new Uint8Array(33), 33))
      .to.throw()
      .with.property("code", "TREE_INVALID");
    expect(() => merkleRoot(new Uint8Array(33)))
      .to.throw()
      .with.property("code", "TREE_INVALID");
  });
});

function bytesOf(random: Random, length: number): Uint8Array {
  return Uint8Array.from({ length }, () => random.int(0, 255));
}

function digestOf(bytes: Uint8Array): Uint8Array {
  const hash = hashing.createSha256();
  hash.update(bytes);
  return hash.digest();
}

// eslint-disable-next-line @typescript-eslint/require-await -- as a stream of a file would be
async function* brokenSource(): AsyncGenerator<Uint8Array> {
  yield new Uint8Array(32);
  throw new Error("the disk is gone");
}

function setManifest(directory: MemoryDirectory, manifest: Manifest): void {
  directory.files.set(FILES.manifest, new TextEncoder().encode(formatManifest(manifest)));
}

function without(manifest: Manifest, name: keyof Manifest): unknown {
  return Object.fromEntries(Object.entries(manifest).filter(([field]) => field !== name));
}

function withModel(manifest: Manifest, change: Readonly<Record<string, unknown>>): unknown {
  return { ...manifest, files: { ...manifest.files, model: { ...manifest.files.model, ...change } } };
}
