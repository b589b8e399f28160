import { SuiteError } from "../errors.ts";

/** Why a program directory is refused. `docs/program-directory.md` has the table. */
export type DirectoryErrorCode =
  | "MANIFEST_INVALID"
  | "MANIFEST_TOO_LARGE"
  | "FILE_MISSING"
  | "FILE_DIFFERS"
  | "ROOT_DIFFERS"
  | "HEADER_DIFFERS"
  | "NO_SUCH_CHUNK";

/** A program directory, or one file of it, that is not what its manifest says. */
export class DirectoryError extends SuiteError<DirectoryErrorCode> {
  override readonly name = "DirectoryError";
}
