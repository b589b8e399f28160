import type { Options, Values } from "./options.ts";
import type { Session } from "./session.ts";

/** A task that shows something and changes nothing. */
export type Read = {
  /** Scope and verb, `operator status`. */
  readonly task: string;
  /** One sentence: what it shows. */
  readonly does: string;
  readonly options: Options;
  show(values: Values<Options>, session: Session): Promise<void>;
};

/** One row of a table of reads. */
export type ReadRow<Of extends Options> = {
  readonly task: string;
  readonly does: string;
  readonly options: Of;
  readonly show: (values: Values<Of>, session: Session) => Promise<void>;
};

/** A read from its row. */
export function read<Of extends Options>({ task, does, options, show }: ReadRow<Of>): Read {
  return { task, does, options, show: (values, session) => show(values as Values<Of>, session) };
}
