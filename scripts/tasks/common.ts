import { optional, required } from "../cli/options.ts";

/** Options that several tasks have. */
export const REQUEST = required("bytes32", "the request's id, as asking printed it");
export const FROM_BLOCK = optional("number", "where to begin the search for it, if not at the contract's own block");
export const VERSION = required("version", "the version");
export const MODEL = required("number", "the model's number");
