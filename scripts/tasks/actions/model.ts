import { ZeroHash } from "ethers";

import { Arithmetic, ModelKind, Runtime } from "../../../sdk/registry/terms.ts";
import { modelOf } from "../../../sdk/registry/version-id.ts";
import { formatTime } from "../../cli/duration.ts";
import { formatAddress, formatOpg, formatProofs, formatShare, formatVersion } from "../../cli/format.ts";
import { printFields } from "../../cli/print.ts";
import type { Session } from "../../cli/session.ts";

/** Prints a model. @throws the registry's refusal of an unknown model. */
export async function showModel(session: Session, model: bigint): Promise<void> {
  const { registry } = session.suite;
  const latest = await registry.latestVersionOf(model);
  printFields(session, `Model ${model}`, [
    ["kind", nameOf(ModelKind, await registry.kindOf(model))],
    ["holder", formatAddress(await registry.ownerOf(model), session.known)],
    ["described at", await registry.tokenURI(model)],
    ["latest version", latest === 0n ? "none: hardhat model publish" : formatVersion(latest)],
  ]);
}

/** Prints a version, its lineage and what it has earned. @throws the registry's refusal of an unknown version. */
export async function showVersion(session: Session, versionId: bigint): Promise<void> {
  const { registry, splitter } = session.suite;
  const { contentHash, programRoot, weightsRoot, terms } = await registry.versionOf(versionId);
  const [holder, parents] = await registry.lineageOf(versionId);
  const [deprecated, replacement] = await registry.deprecationOf(versionId);
  const advice = replacement === 0n ? "yes" : `yes, use ${formatVersion(replacement)}`;
  printFields(session, `Version ${formatVersion(versionId)} (raw ${versionId})`, [
    ["model", `${modelOf(versionId)}, held by ${formatAddress(holder, session.known)}`],
    ["published", formatTime(terms.publishedAt)],
    ...(await published(session, versionId, Number(terms.publishedBlock))),
    ["bytes", terms.size.toLocaleString("en-US")],
    ["SHA-256", contentHash],
    ["program root", orNone(programRoot)],
    ["weights root", orNone(weightsRoot)],
    ["runs as", `${nameOf(Runtime, terms.runtime)}, in ${nameOf(Arithmetic, terms.arithmetic)}`],
    ["royalty", `${formatShare(terms.royaltyBps)} of each fee`],
    ["accepts proofs", formatProofs(terms.acceptedProofs)],
    ["deprecated", deprecated ? advice : "no"],
    ["earned", `${formatOpg(await splitter.earned(versionId))}, not yet harvested`],
  ]);
  if (parents.length === 0) session.print("Parents: none");
  else {
    const rows = parents.map(
      (parent) => [formatVersion(parent.versionId), `${formatShare(parent.shareBps)} of what it earns`] as const,
    );
    printFields(session, "Parents", rows);
  }
}

/** What only the log says. On chains that count their own blocks it may be elsewhere: then it is left out. */
async function published(
  { suite: { registry } }: Session,
  versionId: bigint,
  block: number,
): Promise<readonly (readonly [string, string])[]> {
  const [log] = await registry.queryFilter(registry.filters.VersionPublished(versionId), block, block);
  if (log === undefined) return [];
  const { uri, licence } = log.args.params;
  return [
    ["file", uri],
    ["licence", licence],
  ];
}

function nameOf(names: Readonly<Record<string, bigint>>, value: bigint): string {
  return Object.entries(names).find(([, number]) => number === value)?.[0] ?? value.toString();
}

function orNone(root: string): string {
  return root === ZeroHash ? "none" : root;
}
