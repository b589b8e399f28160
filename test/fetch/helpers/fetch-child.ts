import { fetchContent } from "../../../sdk/fetch/fetch-content.ts";
import type { Hex } from "../../../sdk/program/merkle.ts";

// A process of its own: fetches what its arguments name and prints the path, or dies on the way.
const [uri = "", sha256 = "0x", size = "0", cache = ""] = process.argv.slice(2);
const path = await fetchContent({ uri, sha256: sha256 as Hex, size: Number(size) }, { cache });
console.log(path);
