import type { ContractPage, Entry } from "./contract.ts";
import { isSilent } from "./natspec.ts";

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
