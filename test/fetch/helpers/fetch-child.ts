import { fetchContent } from "../../../sdk/fetch/fetch-content.ts";
import type { Hex } from "../../../sdk/program/merkle.ts";

// A process of its own: fetches what its arguments name and prints the path, or dies on the way. Nothing where it is only imported, as
// the test runner does with every file it finds.
if (process.argv[1] === import.meta.filename) {
  const [uri = "", sha256 = "0x", size = "0", cache = ""] = process.argv.slice(2);
  console.log(await fetchContent({ uri, sha256: sha256 as Hex, size: Number(size) }, { cache }));
}
