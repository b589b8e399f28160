import type { ContractPage, Entry } from "./contract.ts";
import { isSilent } from "./natspec.ts";

/** Contracts whose comments are still being written; whatever else is silent is an error. An entry that is not needed is one, too. */
export const AWAITED: ReadonlySet<string> = new Set(["IComputeStaking", "ComputeStaking"]);

/** Public functions, events, errors and types of ours that say nothing of themselves, `IThat.name`, sorted. */
export function gapsIn(pages: readonly ContractPage[]): readonly string[] {
  const entries = pages.flatMap(({ functions, events, errors, types }): readonly Entry[] => [
    ...functions,
    ...events,
    ...errors,
    ...types,
  ]);
  const silent = entries.filter(({ ours, natspec }) => ours && isSilent(natspec));
  return [...new Set(silent.map(({ home, name }) => `${home}.${name}`))].sort();
}

/** What is wrong with the comments, one line each: gaps outside `awaited`, and names in `awaited` that have no gap. */
export function complaintsAbout(gaps: readonly string[], awaited: ReadonlySet<string> = AWAITED): readonly string[] {
  const homes = gaps.map((gap) => gap.split(".")[0] ?? "");
  const needless = [...awaited].filter((name) => !homes.includes(name));
  return [
    ...gaps.filter((_, index) => !awaited.has(homes[index] ?? "")).map((gap) => `${gap} has no comment`),
    ...needless.map((name) => `${name} is complete: take it off the list in scripts/reference/gaps.ts`),
  ];
}
