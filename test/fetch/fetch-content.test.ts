import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, rmSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, truncate, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { createHash } from "node:crypto";

import { expect } from "chai";

import { FetchError } from "../../sdk/fetch/errors.ts";
import { fetchContent } from "../../sdk/fetch/fetch-content.ts";
import type { Content, FetchOptions } from "../../sdk/fetch/fetch-content.ts";
import { DEFAULT_POLICY } from "../../sdk/fetch/policy.ts";
import { toHex } from "../../sdk/program/merkle.ts";
import type { Hex } from "../../sdk/program/merkle.ts";
import { Random } from "../program/helpers/random.ts";
import { cutAfter, head, silentAfter, startServer, status, whole, withoutRanges } from "./helpers/server.ts";
import type { Behaviour, TestServer } from "./helpers/server.ts";

const BYTES = Uint8Array.from(
  { length: 300_000 },
  (() => {
    const random = new Random(7);
    return () => random.int(0, 255);
  })(),
);
const WRONG = BYTES.map((byte, at) => (at === 299_999 ? byte ^ 1 : byte));
const SHA256 = sha256Of(BYTES);
/** Impatient, so that tests of failures are short. */
const HASTY = { rounds: 3, backoffMs: 1, maxBackoffMs: 4 };
const CID = "bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi";

function sha256Of(bytes: Uint8Array): Hex {
  return toHex(createHash("sha256").update(bytes).digest());
}

describe("fetching content by its hash", function () {
  let cache: string;
  const servers: TestServer[] = [];

  beforeEach(async function () {
    cache = await mkdtemp(join(tmpdir(), "fetch-"));
  });

  afterEach(async function () {
    await Promise.all(servers.splice(0).map((server) => server.close()));
    await rm(cache, { recursive: true });
  });

  async function serve(behaviour: Behaviour): Promise<TestServer> {
    const server = await startServer(behaviour);
    servers.push(server);
    return server;
  }

  function fetchFrom(
    uri: string,
    changes: Partial<Content> = {},
    options: Partial<FetchOptions> = {},
  ): Promise<string> {
    return fetchContent({ uri, sha256: SHA256, size: BYTES.length, ...changes }, { cache, retry: HASTY, ...options });
  }

  async function expectBytes(path: string): Promise<void> {
    expect(sha256Of(await readFile(path))).to.equal(SHA256);
    expect(await readdir(join(cache, "drafts"))).to.deep.equal([]);
  }

  /** IPFS through these servers, in their order. */
  function through(...gateways: readonly TestServer[]) {
    return { policy: { ...DEFAULT_POLICY, gateways: gateways.map(({ origin }) => origin) } };
  }

  describe("from one server", function () {
    it("gives a file with the bytes, and the next time without asking anyone", async function () {
      const server = await serve(whole(BYTES));
      const path = await fetchFrom(`${server.origin}/model.onnx`);
      await expectBytes(path);
      expect(await fetchFrom(`${server.origin}/model.onnx`)).to.equal(path);
      expect(server.seen).to.deep.equal([{ path: "/model.onnx", range: undefined }]);
    });

    it("reports progress that grows up to the whole", async function () {
      const server = await serve(whole(BYTES));
      const received: number[] = [];
      await fetchFrom(
        server.origin,
        {},
        {
          onProgress: (progress) => {
            expect(progress.size).to.equal(BYTES.length);
            expect(progress.source.href).to.equal(`${server.origin}/`);
            received.push(progress.received);
          },
        },
      );
      expect(received.at(-1)).to.equal(BYTES.length);
      expect(received).to.deep.equal([...received].sort((left, right) => left - right));
    });

    it("goes on after every cut where it stopped, for as long as something comes", async function () {
      const server = await serve(cutAfter(BYTES, 40_000));
      await expectBytes(await fetchFrom(server.origin));
      // Seven cuts, more than rounds without anything new are allowed.
      expect(server.seen.length).to.be.at.least(8);
      expect(server.seen[1]?.range).to.match(/^bytes=[1-9]\d*-$/);
    });

    it("gives up on a server that hands out less than 4 KiB a connection, and keeps what came", async function () {
      const server = await serve(cutAfter(BYTES, 100));
      await expectRefusal(fetchFrom(server.origin), "CONTENT_UNREACHABLE", "terminated");
      expect(server.seen.length).to.equal(HASTY.rounds);
      const good = await serve(whole(BYTES));
      await expectBytes(await fetchFrom(good.origin));
      expect(good.seen[0]?.range).to.equal("bytes=300-");
    });

    it("skips what it has when the server knows no ranges", async function () {
      let asked = 0;
      const server = await serve(withoutRanges(BYTES, () => (asked++ < 2 ? 100_000 : BYTES.length)));
      await expectBytes(await fetchFrom(server.origin));
      expect(server.seen[1]?.range).to.equal("bytes=100000-");
    });

    it("gives up on a server without ranges that always cuts at the same place", async function () {
      const server = await serve(withoutRanges(BYTES, () => 100_000));
      await expectRefusal(fetchFrom(server.origin), "CONTENT_UNREACHABLE", "terminated");
      expect(server.seen.length).to.equal(1 + HASTY.rounds);
    });

    it("refuses bytes with another hash, keeps none of them, and does not ask again", async function () {
      const server = await serve(whole(WRONG));
      await expectRefusal(fetchFrom(server.origin), "CONTENT_DIFFERS", SHA256);
      expect(server.seen.length).to.equal(1);
      expect(await readdir(join(cache, "sha256"))).to.deep.equal([]);
      expect(await readdir(join(cache, "drafts"))).to.deep.equal([]);
    });

    it("refuses a longer file by its announced length, before a byte of it", async function () {
      const server = await serve(whole(new Uint8Array(BYTES.length + 1)));
      await expectRefusal(fetchFrom(server.origin), "CONTENT_UNREACHABLE", "it has 300001 bytes, not 300000");
    });

    it("stops an endless file at the first byte too many", async function () {
      const server = await serve((response) => {
        response.on("error", () => undefined);
        response.writeHead(200);
        const more = () => {
          while (!response.destroyed && response.write(new Uint8Array(65_536)));
        };
        response.on("drain", more);
        more();
      });
      await expectRefusal(fetchFrom(server.origin), "CONTENT_UNREACHABLE", "more than 300000 bytes");
      expect(server.seen.length).to.equal(1);
    });

    it("does not take a shorter file for the whole", async function () {
      const server = await serve(whole(BYTES.subarray(0, 1_000)));
      await expectRefusal(fetchFrom(server.origin), "CONTENT_UNREACHABLE", "ended after 1000 of 300000 bytes|answered");
    });

    it("leaves a server that has fallen silent, and has kept what came", async function () {
      const server = await serve(silentAfter(BYTES, 50_000));
      const silent = fetchFrom(server.origin, {}, { stallMs: 150, retry: { ...HASTY, rounds: 1 } });
      // Each time 50,000 bytes more: slow, but it gets there.
      await expectBytes(await silent);
      const mute = await serve(() => undefined);
      const other = sha256Of(WRONG);
      await expectRefusal(
        fetchFrom(mute.origin, { sha256: other }, { stallMs: 50, retry: { ...HASTY, rounds: 2 } }),
        "CONTENT_UNREACHABLE",
        "sent nothing for 50 ms",
      );
      expect(mute.seen.length).to.equal(2);
    });

    it("lets a slow server finish while it keeps sending", async function () {
      const small = BYTES.subarray(0, 20);
      const server = await serve(async (response) => {
        head(response, small.length, 0);
        for (const byte of small) {
          response.write(Uint8Array.of(byte));
          await new Promise((resolve) => setTimeout(resolve, 10));
        }
        response.end();
      });
      const path = await fetchFrom(server.origin, { sha256: sha256Of(small), size: 20 }, { stallMs: 100 });
      expect(new Uint8Array(await readFile(path))).to.deep.equal(small);
    });

    it("asks again after 503 and 429, and not after 404", async function () {
      let asked = 0;
      const busy = await serve((response, from, request) => {
        asked += 1;
        const code = [503, 429][asked - 1];
        return code === undefined ? whole(BYTES)(response, from, request) : status(code)(response, from, request);
      });
      await expectBytes(await fetchFrom(busy.origin));
      const gone = await serve(status(404));
      await expectRefusal(fetchFrom(gone.origin, { sha256: sha256Of(WRONG) }), "CONTENT_UNREACHABLE", "answered 404");
      expect([busy.seen.length, gone.seen.length]).to.deep.equal([3, 1]);
    });

    it("waits as long as the server asks for", async function () {
      let asked = 0;
      const server = await serve((response, from, request) =>
        asked++ === 0
          ? status(503, { "retry-after": "1" })(response, from, request)
          : whole(BYTES)(response, from, request),
      );
      const start = performance.now();
      await fetchFrom(server.origin);
      expect(performance.now() - start).to.be.at.least(990);
    });

    it("starts anew when an answer begins at another byte than the one asked for", async function () {
      const server = await serve(async (response, from, request) => {
        if (from === 0) return cutAfter(BYTES, 1_000)(response, from, request);
        response.writeHead(206, { "content-range": `bytes ${from + 1}-299999/300000` });
        response.end(BYTES.subarray(from + 1));
      });
      await expectRefusal(fetchFrom(server.origin), "CONTENT_UNREACHABLE", "answered from byte 1001, asked was 1000");
    });

    it("refuses a packed answer: it could not be continued", async function () {
      const server = await serve(status(200, { "content-encoding": "gzip" }));
      await expectRefusal(fetchFrom(server.origin), "CONTENT_UNREACHABLE", "packs the file");
    });

    it("stops at the caller's word, with the caller's reason", async function () {
      const server = await serve(silentAfter(BYTES, 1_000));
      const stop = new AbortController();
      const work = fetchFrom(
        server.origin,
        {},
        {
          signal: stop.signal,
          onProgress: () => {
            stop.abort(new Error("the user pressed Ctrl-C"));
          },
        },
      );
      await work.then(
        () => expect.fail("it was stopped"),
        (error: unknown) => {
          expect(error).to.have.property("message", "the user pressed Ctrl-C");
        },
      );
    });
  });

  describe("over redirects", function () {
    it("follows them to another place, also with a range", async function () {
      const target = await serve(cutAfter(BYTES, 150_000));
      const server = await serve(status(302, { location: `${target.origin}/there` }));
      await expectBytes(await fetchFrom(server.origin));
      expect(target.seen[1]).to.deep.equal({ path: "/there", range: "bytes=150000-" });
    });

    it("gives up after five", async function () {
      const server = await serve(status(301, { location: "/again" }));
      await expectRefusal(fetchFrom(server.origin), "CONTENT_UNREACHABLE", "sends on more than 5 times");
      expect(server.seen.length).to.equal(6);
    });

    it("never follows one to a file, or to http somewhere else", async function () {
      for (const location of ["file:///etc/hostname", "http://192.0.2.1/", "ftp://127.0.0.1/", "http://[broken"]) {
        const server = await serve(status(302, { location }));
        await expectRefusal(fetchFrom(server.origin), "CONTENT_UNREACHABLE", "which is not allowed");
      }
    });
  });

  describe("from several gateways", function () {
    it("asks each for the path under the CID, and the next when one does not serve", async function () {
      const [down, wrong, good] = [await serve(status(404)), await serve(whole(WRONG)), await serve(whole(BYTES))];
      await expectBytes(await fetchFrom(`ipfs://${CID}/model.onnx`, {}, through(down, wrong, good)));
      for (const { seen } of [down, wrong, good]) {
        expect(seen).to.deep.equal([{ path: `/ipfs/${CID}/model.onnx`, range: undefined }]);
      }
    });

    it("continues at one what another began", async function () {
      const first = await serve((response, from, request) =>
        from === 0 ? cutAfter(BYTES, 100_000)(response, from, request) : status(404)(response, from, request),
      );
      const second = await serve(whole(BYTES));
      await expectBytes(await fetchFrom(`ipfs://${CID}`, {}, through(first, second)));
      expect(second.seen[0]?.range).to.equal("bytes=100000-");
    });

    it("begins again when bytes of two together are wrong, and finds out which one lies", async function () {
      const liar = await serve(
        cutAfter(
          WRONG.map((byte) => byte ^ 1),
          100_000,
        ),
      );
      const honest = await serve(whole(BYTES));
      await expectBytes(await fetchFrom(`ipfs://${CID}`, {}, through(liar, honest)));
    });

    it("takes all bytes from one when another begins wrongly and cannot go on", async function () {
      const liar = await serve((response, from, request) =>
        (from === 0
          ? cutAfter(
              WRONG.map((byte) => byte ^ 1),
              100_000,
            )
          : status(500))(response, from, request),
      );
      const honest = await serve(whole(BYTES));
      await expectBytes(await fetchFrom(`ipfs://${CID}`, {}, through(liar, honest)));
      expect(honest.seen.map(({ range }) => range)).to.deep.equal(["bytes=100000-", undefined]);
    });

    it("goes on as long as one of them gets on", async function () {
      const slow = await serve(cutAfter(BYTES, 40_000));
      const down = await serve(status(500));
      await expectBytes(await fetchFrom(`ipfs://${CID}`, {}, through(slow, down)));
    });

    it("ends, naming every gateway, when none has the right bytes", async function () {
      const [a, b, c] = [await serve(cutAfter(WRONG, 200_000)), await serve(whole(WRONG)), await serve(status(500))];
      const error = await expectRefusal(fetchFrom(`ipfs://${CID}`, {}, through(a, b, c)), "CONTENT_DIFFERS", "hash");
      for (const { origin } of [a, b, c]) expect(error.message).to.contain(new URL(origin).host);
    });
  });

  describe("from a file", function () {
    it("copies the bytes, so that a later change of the file changes nothing", async function () {
      const file = join(cache, "model.onnx");
      await writeFile(file, BYTES);
      const path = await fetchFrom(pathToFileURL(file).href);
      await writeFile(file, WRONG);
      await expectBytes(path);
    });

    it("refuses other bytes, a folder, and a file that is not there", async function () {
      const file = join(cache, "model.onnx");
      await writeFile(file, WRONG);
      await expectRefusal(fetchFrom(pathToFileURL(file).href), "CONTENT_DIFFERS", SHA256);
      await expectRefusal(fetchFrom(pathToFileURL(cache).href), "CONTENT_UNREACHABLE", "no file");
      await expectRefusal(fetchFrom(pathToFileURL(`${file}x`).href), "CONTENT_UNREACHABLE", "no such file");
    });
  });

  describe("into the cache", function () {
    it("notices a file damaged there and fetches it again", async function () {
      const server = await serve(whole(BYTES));
      const path = await fetchFrom(server.origin);
      await writeFile(path, WRONG);
      await expectBytes(await fetchFrom(server.origin));
      await truncate(path, 5);
      await expectBytes(await fetchFrom(server.origin));
      expect(server.seen.length).to.equal(3);
    });

    it("keeps one draft of a failed download, however often it fails, and goes on from it", async function () {
      const server = await serve((response, from, request) =>
        from === 0 ? cutAfter(BYTES, 60_000)(response, from, request) : status(404)(response, from, request),
      );
      for (const attempt of [1, 2, 3]) {
        await expectRefusal(fetchFrom(server.origin), "CONTENT_UNREACHABLE", "answered 404");
        expect((await readdir(join(cache, "drafts"))).length, `attempt ${attempt}`).to.equal(1);
      }
      const good = await serve(whole(BYTES));
      await expectBytes(await fetchFrom(good.origin));
      expect(good.seen).to.deep.equal([{ path: "/", range: "bytes=60000-" }]);
    });

    it("leaves a shorter draft to whoever may be writing it, until it was not touched for ten minutes", async function () {
      const other = join(cache, "drafts", `${SHA256.slice(2)}.other`);
      await mkdir(join(cache, "drafts"), { recursive: true });
      const server = await serve(cutAfter(BYTES, 1_000));
      for (const [age, isLeft] of [
        [590, true],
        [610, false],
      ] as const) {
        await writeFile(other, BYTES.subarray(0, 10));
        const touched = Date.now() / 1_000 - age;
        await utimes(other, touched, touched);
        const stop = new AbortController();
        const work = fetchFrom(
          server.origin,
          {},
          {
            signal: stop.signal,
            onProgress: () => {
              stop.abort(new FetchError({ code: "CONTENT_UNREACHABLE", what: "stopped", next: "" }));
            },
          },
        );
        await expectRefusal(work, "CONTENT_UNREACHABLE", "stopped");
        expect((await readdir(join(cache, "drafts"))).includes(`${SHA256.slice(2)}.other`)).to.equal(isLeft);
      }
    });

    it("begins anew when an earlier draft was wrong", async function () {
      await mkdir(join(cache, "drafts"), { recursive: true });
      await writeFile(
        join(cache, "drafts", `${SHA256.slice(2)}.left`),
        WRONG.map((byte) => byte ^ 1).subarray(0, 9_000),
      );
      const server = await serve(whole(BYTES));
      await expectBytes(await fetchFrom(server.origin));
      expect(server.seen.map(({ range }) => range)).to.deep.equal(["bytes=9000-", undefined]);
    });

    it("finds a draft that only lacks its name, and drops one that is too long", async function () {
      await mkdir(join(cache, "drafts"), { recursive: true });
      const draft = join(cache, "drafts", `${SHA256.slice(2)}.left`);
      const server = await serve(whole(BYTES));
      await writeFile(draft, BYTES);
      const path = await fetchFrom(server.origin);
      await expectBytes(path);
      expect(server.seen).to.deep.equal([]);
      await rm(path);
      await writeFile(draft, new Uint8Array(BYTES.length + 1));
      await expectBytes(await fetchFrom(server.origin));
      expect(server.seen).to.deep.equal([{ path: "/", range: undefined }]);
    });

    it("leaves no draft that was wrong to the next attempt", async function () {
      await mkdir(join(cache, "drafts"), { recursive: true });
      await writeFile(join(cache, "drafts", `${SHA256.slice(2)}.left`), WRONG);
      const server = await serve(status(404));
      await expectRefusal(fetchFrom(server.origin), "CONTENT_DIFFERS", "answered 404");
      expect(await readdir(join(cache, "drafts"))).to.deep.equal([]);
    });

    it("does not mind several downloads of the same content at once", async function () {
      const server = await serve(cutAfter(BYTES, 70_000));
      const paths = await Promise.all(Array.from({ length: 5 }, () => fetchFrom(server.origin)));
      expect(new Set(paths).size).to.equal(1);
      for (const path of paths) await expectBytes(path);
    });

    it("finishes although somebody cleared the drafts under it", async function () {
      const server = await serve(whole(BYTES));
      let isCleared = false;
      const path = await fetchFrom(
        server.origin,
        {},
        {
          onProgress: () => {
            if (!isCleared) rmSync(join(cache, "drafts"), { recursive: true });
            if (!isCleared) mkdirSync(join(cache, "drafts"));
            isCleared = true;
          },
        },
      );
      await expectBytes(path);
      expect(server.seen.length).to.equal(1);
    });

    it("says so when it cannot be written", async function () {
      await writeFile(join(cache, "sha256"), "in the way");
      const server = await serve(whole(BYTES));
      await expectRefusal(fetchFrom(server.origin), "CACHE_UNUSABLE", cache);
      expect(server.seen).to.deep.equal([]);
    });

    it("takes no file's name for a hash", async function () {
      for (const sha256 of ["0x../../etc/passwd", `0x${"A".repeat(64)}`, "0x12"] as const) {
        await expectRefusal(fetchFrom("https://example.com/", { sha256 }), "HASH_INVALID", "is no SHA-256");
      }
    });

    it("refuses what is above the limit before it asks anyone", async function () {
      const server = await serve(whole(BYTES));
      const work = fetchFrom(server.origin, {}, { maxSize: BYTES.length - 1 });
      await expectRefusal(work, "CONTENT_TOO_LARGE", "300000 bytes, the limit is 299999");
      expect(server.seen).to.deep.equal([]);
      await expectBytes(await fetchFrom(server.origin, {}, { maxSize: BYTES.length }));
    });
  });

  describe("by several processes", function () {
    function child(uri: string) {
      const script = fileURLToPath(new URL("./helpers/fetch-child.ts", import.meta.url));
      return spawn(process.execPath, [script, uri, SHA256, String(BYTES.length), cache], {
        stdio: ["ignore", "pipe", "ignore"],
      });
    }

    it("goes on after a process was killed in the middle", async function () {
      const server = await serve(silentAfter(BYTES, 120_000));
      const process = child(server.origin);
      const size = await draftOf(cache, 120_000);
      process.kill("SIGKILL");
      await once(process, "exit");
      expect(size).to.equal(120_000);
      const good = await serve(whole(BYTES));
      await expectBytes(await fetchFrom(good.origin));
      expect(good.seen).to.deep.equal([{ path: "/", range: "bytes=120000-" }]);
    });

    it("gets there although it is killed again and again", async function () {
      const server = await serve((response, from, request) => {
        const bytes = from < 200_000 ? 50_000 : BYTES.length;
        return silentAfter(BYTES, bytes)(response, from, request);
      });
      for (const reached of [50_000, 100_000, 150_000, 200_000]) {
        const process = child(server.origin);
        await draftOf(cache, reached);
        process.kill("SIGKILL");
        await once(process, "exit");
      }
      await expectBytes(await fetchFrom(server.origin));
      expect(server.seen.map(({ range }) => range)).to.deep.equal([
        undefined,
        "bytes=50000-",
        "bytes=100000-",
        "bytes=150000-",
        "bytes=200000-",
      ]);
    });

    it("gives each the same right file when two fetch at once", async function () {
      const server = await serve(cutAfter(BYTES, 90_000));
      const results = await Promise.all(
        [child(server.origin), child(server.origin)].map(async (process) => {
          let text = "";
          process.stdout.on("data", (data: Buffer) => (text += data.toString()));
          const [code] = (await once(process, "close")) as [number | null];
          return { code, path: text.trim() };
        }),
      );
      expect(results.map(({ code }) => code)).to.deep.equal([0, 0]);
      expect(results[0]?.path).to.equal(results[1]?.path);
      await expectBytes(results[0]?.path ?? "");
    });
  });
});

/** Waits until a draft has `bytes` bytes. */
async function draftOf(cache: string, bytes: number): Promise<number> {
  for (let waited = 0; waited < 500; waited++) {
    const names = await readdir(join(cache, "drafts")).catch(() => []);
    const sizes = await Promise.all(names.map(async (name) => (await readFile(join(cache, "drafts", name))).length));
    const size = Math.max(0, ...sizes);
    if (size >= bytes) return size;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`no draft reached ${bytes} bytes within 10 s`);
}

async function expectRefusal(work: Promise<unknown>, code: FetchError["code"], pattern: string): Promise<FetchError> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof FetchError)) throw error;
    expect(error.code).to.equal(code);
    expect(error.message).to.match(new RegExp(pattern.replace(/[.()[\]]/g, "\\$&")));
    return error;
  }
  throw new Error(`nothing was refused, expected ${code}`);
}
