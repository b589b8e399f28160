import { FetchError } from "./errors.ts";

/** Where content may come from. Addresses are often written by strangers, so the defaults are narrow. */
export type Policy = {
  /** Whether `file:` is read. Refuse it where addresses come from the chain. */
  readonly allowFile: boolean;
  /** Plain http: from this machine only, from anywhere, or not at all. */
  readonly allowHttp: "localhost" | "anywhere" | "never";
  /** Bases of IPFS gateways, asked in this order: `https://host` serves `https://host/ipfs/<cid>/<path>`. */
  readonly gateways: readonly string[];
};

/** What a person at a terminal would expect. */
export const DEFAULT_POLICY: Policy = {
  allowFile: true,
  allowHttp: "localhost",
  gateways: ["https://ipfs.io", "https://dweb.link", "https://4everland.io"],
};

/**
 * The addresses that may serve `uri`, in the order to ask them.
 * @throws FetchError `URI_INVALID` or `URI_NOT_ALLOWED`.
 */
export function sourcesOf(uri: string, policy: Policy): readonly URL[] {
  const url = parsed(uri);
  if (url.protocol !== "ipfs:") return [requireAllowed(url, policy)];
  const { cid, path } = ipfsParts(uri);
  if (policy.gateways.length === 0) throw notAllowed(uri, "there is no IPFS gateway", "name one with --gateway");
  return policy.gateways.map((gateway) => {
    const base = gateway.endsWith("/") ? gateway : `${gateway}/`;
    return requireAllowed(parsed(`${base}ipfs/${cid}${path}`), policy);
  });
}

/** Whether a server at `from` may send us on to `to`: never to a file, and from https only to https. */
export function mayRedirect(from: URL, to: URL, policy: Policy): boolean {
  if (to.protocol === "https:") return true;
  return to.protocol === "http:" && from.protocol === "http:" && allowsHttp(to, policy);
}

/**
 * The address of another file in the same folder: `ipfs://cid/model.onnx` and `weights` give `ipfs://cid/weights`. A
 * folder's own address ends with a slash, or is `ipfs://cid` alone.
 * @throws FetchError `URI_INVALID`.
 */
export function siblingOf(uri: string, name: string): string {
  const url = parsed(uri);
  url.pathname = `${url.pathname.slice(0, url.pathname.lastIndexOf("/") + 1)}${name}`;
  url.search = "";
  url.hash = "";
  return url.href;
}

function requireAllowed(url: URL, policy: Policy): URL {
  if (url.username !== "" || url.password !== "") {
    throw notAllowed(url.host, "it carries a name or password", "leave them out: addresses are public");
  }
  switch (url.protocol) {
    case "https:":
      return url;
    case "http:":
      if (allowsHttp(url, policy)) return url;
      throw notAllowed(url.href, "plain http is read from this machine only", "use https, or allow http");
    case "file:":
      if (policy.allowFile) return url;
      throw notAllowed(url.href, "files are not read", "give an https or ipfs address, or allow files");
    default:
      throw notAllowed(url.href, `${url.protocol} is no way to fetch`, "use https, ipfs, file, or http on localhost");
  }
}

function allowsHttp(url: URL, { allowHttp }: Policy): boolean {
  if (allowHttp === "anywhere") return true;
  return allowHttp === "localhost" && LOCAL.has(url.hostname);
}

const LOCAL: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** CIDs of both versions in their usual bases; a path without dots that climb, queries or fragments. */
function ipfsParts(uri: string): { readonly cid: string; readonly path: string } {
  const match = /^ipfs:\/\/(?<cid>[a-zA-Z0-9]{46,128})(?<path>\/[^?#\\]*)?$/.exec(uri);
  const { cid, path = "" } = match?.groups ?? {};
  const climbs = /(^|\/)(\.|%2e){1,2}(\/|$)/i.test(path) || /%(2f|5c)/i.test(path);
  if (cid !== undefined && !climbs) return { cid, path };
  throw invalid(uri, "write ipfs://<cid> or ipfs://<cid>/<path>");
}

function parsed(uri: string): URL {
  const url = URL.parse(uri);
  if (url === null) throw invalid(uri, "write a whole address, with https://, ipfs://, http:// or file://");
  return url;
}

function invalid(uri: string, next: string): FetchError {
  return new FetchError({ code: "URI_INVALID", what: `"${uri}" is no address`, next });
}

function notAllowed(uri: string, what: string, next: string): FetchError {
  return new FetchError({ code: "URI_NOT_ALLOWED", what: `${uri}: ${what}`, next });
}
