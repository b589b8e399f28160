import type { FitOptions } from "../trainer/fit.ts";

/** What makes one model of the digits different from another. */
export type Definition = {
  /** Folder under `models/`, and name of the graph. */
  readonly name: string;
  readonly options: FitOptions;
};
