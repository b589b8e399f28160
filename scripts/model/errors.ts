import { SuiteError } from "../../sdk/errors.ts";

/** Why a model task refuses its files, as a stable name. */
export type ModelTaskErrorCode =
  | "SAMPLES_INVALID"
  | "LABELS_INVALID"
  | "CLASS_NAMES_INVALID"
  | "RECOMPILES_OTHERWISE"
  | "CALIBRATION_DIFFERS"
  | "METADATA_MISSING";

/** A refusal of `hardhat model …`. */
export class ModelTaskError extends SuiteError<ModelTaskErrorCode> {
  override readonly name = "ModelTaskError";
}
