import type { TypedContractMethod } from "../../sdk/generated/common.ts";
import type { Suite } from "../../sdk/suite.ts";
import type { Options, Values } from "./options.ts";
import type { Session } from "./session.ts";

/** A call that is ready to be sent. */
export type Call = {
  readonly contract: keyof Suite;
  /** The function's name, or its whole signature where there are several. */
  readonly method: string;
  readonly args: readonly unknown[];
  /** OPG wei that the contract pulls from the sender, who must have approved them. */
  readonly pulls?: bigint;
  /** For calls that an estimate does not serve. */
  readonly gasLimit?: bigint;
};

/** How a write is carried out. */
export type WriteFlags = {
  /** Asks the chain what would happen, and sends nothing. */
  readonly dryRun: boolean;
  /** Approves exactly what a call pulls, if less is allowed. */
  readonly approve: boolean;
};

/** A task of the command line: what docs and `--help` say of it, and what it does. */
export type Row = {
  /** Scope and verb, `operator bond`. */
  readonly task: string;
  /** One sentence: what it does, and to whom. */
  readonly does: string;
  readonly options: Options;
  /** The functions that it sends transactions to; none for a task that only shows something. */
  readonly calls: readonly Pick<Call, "contract" | "method">[];
  /** Whether a call of it needs an allowance: then it has the flag `--approve`. */
  readonly pulls: boolean;
  readonly run: (values: Values<Options>, session: Session, flags: WriteFlags) => Promise<void>;
};

type Description<Of extends Options> = Pick<Row, "task" | "does"> & { readonly options: Of };

/** A task that shows something and changes nothing. */
export function read<Of extends Options>({
  show,
  ...description
}: Description<Of> & { readonly show: (values: Values<Of>, session: Session) => Promise<void> }): Row {
  return { ...description, calls: [], pulls: false, run: (values, session) => show(values as Values<Of>, session) };
}

/** A task that calls one function of one contract; the compiler compares its arguments with the contract's. */
export function write<Of extends Options, Name extends keyof Suite, Method extends MethodOf<Suite[Name]>>({
  contract,
  method,
  args,
  pulls,
  gasLimit,
  ...description
}: Description<Of> & {
  readonly contract: Name;
  readonly method: Method;
  /** May read the chain; loads what it needs by itself. */
  readonly args: (values: Values<Of>, session: Session) => Awaitable<InputsOf<Suite[Name], Method> | TupleHint>;
  /** OPG wei that the contract pulls from the sender. */
  readonly pulls?: (values: Values<Of>) => bigint;
  readonly gasLimit?: (values: Values<Of>, session: Session) => Awaitable<bigint>;
}): Row {
  return {
    ...description,
    calls: [{ contract, method }],
    pulls: pulls !== undefined,
    async run(values, session, flags) {
      const own = values as Values<Of>;
      const call: Call = {
        contract,
        method,
        args: await args(own, session),
        ...(pulls === undefined ? {} : { pulls: pulls(own) }),
        ...(gasLimit === undefined ? {} : { gasLimit: await gasLimit(own, session) }),
      };
      const { execute } = await import("./execute.ts");
      await execute(session, call, flags);
    },
  };
}

/** A task that does more than one call, or something besides; it sends through `execute` of `execute.ts`, once for each call. */
export function writes<Of extends Options>({
  run,
  ...description
}: Description<Of> &
  Pick<Row, "calls" | "pulls"> & {
    readonly run: (values: Values<Of>, session: Session, flags: WriteFlags) => Promise<void>;
  }): Row {
  return { ...description, run: (values, session, flags) => run(values as Values<Of>, session, flags) };
}

/** The functions of a contract that change something, overloads by their whole signature. */
type MethodOf<Contract> = {
  [Name in keyof Contract & string]: [InputsOf<Contract, Name>] extends [never] ? never : Name;
}[keyof Contract & string];

/** The arguments of a function that changes something; `never` of anything else. */
type InputsOf<Contract, Method extends keyof Contract> =
  Contract[Method] extends TypedContractMethod<infer Inputs, unknown, "nonpayable"> ? Inputs : never;

type Awaitable<T> = T | Promise<T>;

/** Nothing has this type; it makes the compiler read `[a, b]` as a tuple before it knows which function is meant. */
type TupleHint = [never];
