import { expect } from "chai";

import { FetchError } from "../../sdk/fetch/errors.ts";
import { DEFAULT_POLICY, mayRedirect, siblingOf, sourcesOf } from "../../sdk/fetch/policy.ts";
import type { Policy } from "../../sdk/fetch/policy.ts";

const CID = "bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi";
const POLICY: Policy = { ...DEFAULT_POLICY, gateways: ["https://one.example", "https://two.example/base/"] };

function hrefs(uri: string, changes: Partial<Policy> = {}): readonly string[] {
  return sourcesOf(uri, { ...POLICY, ...changes }).map(({ href }) => href);
}

function codeOf(uri: string, changes: Partial<Policy> = {}): string {
  try {
    return hrefs(uri, changes).join(" ");
  } catch (error) {
    if (error instanceof FetchError) return error.code;
    throw error;
  }
}

describe("where content is fetched from", function () {
  it("is the address itself for https, files, and http on this machine", function () {
    for (const uri of [
      "https://example.com/model.onnx?token=1",
      "file:///models/model.onnx",
      "http://localhost:8080/model.onnx",
      "http://127.0.0.1/model.onnx",
      "http://[::1]:9/model.onnx",
    ]) {
      expect(hrefs(uri)).to.deep.equal([uri]);
    }
  });

  it("is every gateway, in their order, for ipfs", function () {
    expect(hrefs(`ipfs://${CID}/a/model.onnx`)).to.deep.equal([
      `https://one.example/ipfs/${CID}/a/model.onnx`,
      `https://two.example/base/ipfs/${CID}/a/model.onnx`,
    ]);
    expect(hrefs(`ipfs://${CID}`)[0]).to.equal(`https://one.example/ipfs/${CID}`);
  });

  it("is not plain http elsewhere, unless that is allowed", function () {
    for (const uri of ["http://example.com/", "http://127.0.0.2/", "http://localhost.example.com/"]) {
      expect(codeOf(uri)).to.equal("URI_NOT_ALLOWED");
      expect(hrefs(uri, { allowHttp: "anywhere" })).to.deep.equal([uri]);
    }
    expect(codeOf("http://localhost/", { allowHttp: "never" })).to.equal("URI_NOT_ALLOWED");
    expect(codeOf(`ipfs://${CID}`, { gateways: ["http://example.com"] })).to.equal("URI_NOT_ALLOWED");
  });

  it("is not a file where addresses come from strangers, nor any other scheme", function () {
    expect(codeOf("file:///etc/passwd", { allowFile: false })).to.equal("URI_NOT_ALLOWED");
    for (const uri of ["ftp://example.com/x", "data:,x", "javascript:0", "ws://localhost/"]) {
      expect(codeOf(uri)).to.equal("URI_NOT_ALLOWED");
    }
    expect(codeOf("https://user:secret@example.com/")).to.equal("URI_NOT_ALLOWED");
    expect(codeOf(`ipfs://${CID}`, { gateways: [] })).to.equal("URI_NOT_ALLOWED");
  });

  it("is nothing for what is no address, or a path that climbs out of its CID", function () {
    for (const uri of [
      "",
      "model.onnx",
      "/models/model.onnx",
      "https://",
      "ipfs://short/model.onnx",
      `ipfs://${CID}/../other`,
      `ipfs://${CID}/%2e%2E/other`,
      `ipfs://${CID}/a%2F..%2fb`,
      `ipfs://${CID}/a/.`,
      `ipfs://${CID}/a?b`,
      `ipfs://${CID}/a#b`,
    ]) {
      expect(codeOf(uri), uri).to.equal("URI_INVALID");
    }
    expect(codeOf(`ipfs://${CID}/..model/a.b`)).to.contain("/..model/a.b");
  });
});

describe("where a server may send us on to", function () {
  it("is https; http only from http, and only where http is read", function () {
    const urls = {
      https: new URL("https://example.com/"),
      local: new URL("http://localhost/"),
      remote: new URL("http://example.com/"),
      file: new URL("file:///etc/passwd"),
    };
    const may = (from: URL, to: URL, changes: Partial<Policy> = {}) => mayRedirect(from, to, { ...POLICY, ...changes });
    expect(may(urls.https, urls.https)).to.equal(true);
    expect(may(urls.local, urls.https)).to.equal(true);
    expect(may(urls.local, urls.local)).to.equal(true);
    expect(may(urls.https, urls.local), "into this machine").to.equal(false);
    expect(may(urls.https, urls.remote, { allowHttp: "anywhere" }), "out of https").to.equal(false);
    expect(may(urls.local, urls.remote)).to.equal(false);
    expect(may(urls.local, urls.remote, { allowHttp: "anywhere" })).to.equal(true);
    expect(may(urls.local, urls.file)).to.equal(false);
  });
});

describe("the address of a file beside another", function () {
  it("keeps the folder and drops what belonged to the one file", function () {
    const cases = [
      ["https://example.com/models/v1/model.onnx", "https://example.com/models/v1/weights"],
      ["https://example.com/models/v1/", "https://example.com/models/v1/weights"],
      ["https://example.com/models/model.onnx?signature=1#x", "https://example.com/models/weights"],
      ["https://example.com", "https://example.com/weights"],
      ["file:///models/model.onnx", "file:///models/weights"],
      [`ipfs://${CID}/model.onnx`, `ipfs://${CID}/weights`],
      [`ipfs://${CID}/`, `ipfs://${CID}/weights`],
      [`ipfs://${CID}`, `ipfs://${CID}/weights`],
      [
        "ipfs://QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbdG/a/b",
        "ipfs://QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbdG/a/weights",
      ],
    ] as const;
    for (const [uri, expected] of cases) expect(siblingOf(uri, "weights")).to.equal(expected);
    expect(() => siblingOf("model.onnx", "weights")).to.throw(FetchError, "URI_INVALID");
  });
});
