import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import { CliError } from "../../scripts/cli/errors.ts";
import { ModelTaskError } from "../../scripts/model/errors.ts";
import { decodeSamples, encodeSamples, readLabels, readSamples } from "../../scripts/model/samples.ts";
import { npy } from "../helpers/npy.ts";

const ROWS = [
  [1, -0.5, 3],
  [0.25, 1e-3, -7],
];
const SAMPLES = ROWS.map((row) => Float32Array.from(row));

describe("samples of a model", function () {
  let folder: string;

  before(async function () {
    folder = await mkdtemp(join(tmpdir(), "samples-"));
  });

  after(async function () {
    await rm(folder, { recursive: true });
  });

  async function file(name: string, content: string | Uint8Array): Promise<string> {
    const path = join(folder, name);
    await writeFile(path, content);
    return path;
  }

  async function refusal(work: Promise<unknown>): Promise<string> {
    try {
      await work;
    } catch (error) {
      if (error instanceof ModelTaskError || error instanceof CliError) return error.message;
      throw error;
    }
    throw new Error("nothing was refused");
  }

  it("are the same numbers in every format", async function () {
    const files = [
      await file("a.npy", npy("<f4", [2, 3], ROWS.flat())),
      await file("b.npy", npy("<f8", [2, 1, 3], ROWS.flat())),
      await file("v2.npy", npy("<f4", [2, 3], ROWS.flat(), 2)),
      await file("c.json", JSON.stringify(ROWS)),
      await file("d.json", JSON.stringify(ROWS.map((row) => [[row[0]], [row[1], row[2]]]))),
      await file("e.csv", "x,y,z\r\n1,-0.5,3\r\n\r\n0.25; 1e-3\t-7\n"),
      await file("f.csv", "1 -0.5 3\n0.25 0.001 -7"),
      await file("g.f32", encodeSamples(SAMPLES)),
      await file("H.F32", encodeSamples(SAMPLES)),
    ];
    for (const path of files) expect(await readSamples(path, 3), path).to.deep.equal(SAMPLES);
  });

  it("are one where a file holds one, with or without a dimension for it", async function () {
    const [first] = SAMPLES;
    const files = [
      await file("one.npy", npy("<f4", [3], ROWS[0] ?? [])),
      await file("flat.npy", npy("<f4", [3, 1], ROWS[0] ?? [])),
      await file("one.json", "[1, -0.5, 3]"),
      await file("row.json", "[[1, -0.5, 3]]"),
      await file("one.csv", "1,-0.5,3"),
    ];
    for (const path of files) expect(await readSamples(path, 3), path).to.deep.equal([first]);
  });

  it("may be bytes, as images are", async function () {
    expect(await readSamples(await file("u1.npy", npy("|u1", [2, 2], [0, 255, 7, 9])), 2)).to.deep.equal([
      Float32Array.of(0, 255),
      Float32Array.of(7, 9),
    ]);
  });

  it("of one value each are not taken for one sample", async function () {
    expect(await readSamples(await file("scalars.json", "[1,2,3]"), 1)).to.have.length(3);
    expect(await readSamples(await file("scalars.csv", "1\n2\n3"), 1)).to.have.length(3);
  });

  it("come back from the bytes that a directory keeps", function () {
    expect(decodeSamples(encodeSamples(SAMPLES), 3)).to.deep.equal(SAMPLES);
  });

  it("are refused with the file and the place", async function () {
    const cases: readonly (readonly [string, string | Uint8Array, string])[] = [
      ["wrong.json", "[[1,2,3],[1,2]]", "sample 1 has 2 values, the model takes 3"],
      ["text.json", '[[1,"x",3]]', '[0][1] is "x", not a number'],
      ["object.json", "{}", "it is no list"],
      ["broken.json", "[", "it is no JSON"],
      ["empty.json", "[[]]", "sample 0 has 0 values"],
      ["none.csv", "a,b,c\n", "it holds no sample"],
      ["word.csv", "1,2,3\n1,two,3", 'line 2 has "two", not a number'],
      ["short.f32", new Uint8Array(13), "13 bytes are not whole samples of 12"],
      ["magic.npy", new Uint8Array(64), "it is no .npy file"],
      ["type.npy", npy("<f2", [3], [], 1), 'its elements are "<f2"'],
      ["big-endian.npy", npy(">f4", [1], [], 1), 'its elements are ">f4"'],
      ["cut.npy", npy("<f4", [3], [1, 2, 3]).subarray(0, -1), "its shape (3) does not take the 11 bytes"],
      ["fortran.npy", npy("<f4", [1, 3], [1, 2, 3], 1, true), "Fortran order"],
      ["model.pkl", "x", '".pkl" is no known ending'],
    ];
    for (const [name, content, what] of cases) {
      const message = await refusal(readSamples(await file(name, content), 3));
      expect(message).to.contain("SAMPLES_INVALID").and.to.contain(name).and.to.contain(what);
    }
    expect(await refusal(readSamples(join(folder, "nowhere.npy"), 3))).to.contain("FILE_UNREADABLE");
  });

  it("have labels in every format, one whole number each", async function () {
    const files = [
      await file("labels.json", "[0, 3, 1]"),
      await file("labels.csv", "label\n0\n3\n1\n"),
      await file("labels.npy", npy("<i8", [3], [0, 3, 1])),
      await file("labels4.npy", npy("<i4", [3, 1], [0, 3, 1])),
    ];
    for (const path of files) expect(await readLabels(path, 3), path).to.deep.equal([0, 3, 1]);
    const cases = [
      ["few.json", "[0, 1]", "it has 2 labels for 3 samples"],
      ["real.json", "[0, 0.5, 1]", "label 1 is no single whole number"],
      ["negative.json", "[0, 1, -1]", "label 2 is no single whole number"],
      ["pair.json", "[[0, 1], [1], [2]]", "label 0 is no single whole number"],
    ] as const;
    for (const [name, content, what] of cases) {
      const message = await refusal(readLabels(await file(name, content), 3));
      expect(message).to.contain("LABELS_INVALID").and.to.contain(what);
    }
  });
});
