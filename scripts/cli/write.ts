import type { TypedContractMethod } from "../../sdk/generated/common.ts";
import type { Suite } from "../../sdk/suite.ts";
import type { Options, Values } from "./options.ts";
import type { Session } from "./session.ts";

/** The functions of a contract that change something, overloads by their whole signature. */
export type MethodOf<Contract> = {
  [Name in keyof Contract & string]: Contract[Name] extends TypedContractMethod<infer _Inputs, infer _Outputs, "nonpayable">
    ? Name
    : never;
}[keyof Contract & string];

/** The arguments of a contract's function, by their names. */
export type InputsOf<Contract, Method extends keyof Contract> =
  Contract[Method] extends TypedContractMethod<infer Inputs, infer _Outputs, "nonpayable"> ? Inputs : never;

/** One row of a table of writes: a task that calls one function of one contract. */
export type WriteRow<Of extends Options, Name extends keyof Suite, Method extends MethodOf<Suite[Name]>> = {
  /** Scope and verb, `operator bond`. */
  readonly task: string;
  /** One sentence: what it does, to whom, and what it costs. */
  readonly does: string;
  readonly options: Of;
  readonly contract: Name;
  readonly method: Method;
  /** The arguments of the call. May read the chain; loads what it needs by itself. */
  readonly args: (
    values: Values<Of>,
    session: Session,
  ) => InputsOf<Suite[Name], Method> | Promise<InputsOf<Suite[Name], Method>>;
  /** OPG wei that the contract pulls from the sender, who must have approved them. */
  readonly pulls?: (values: Values<Of>) => bigint;
  /** A gas limit for calls that an estimate does not serve. */
  readonly gasLimit?: (values: Values<Of>, session: Session) => Promise<bigint>;
};

/** A call that is ready to be sent. */
export type Call = {
  readonly contract: keyof Suite;
  /** The function's name, or its whole signature where there are several. */
  readonly method: string;
  readonly args: readonly unknown[];
  /** OPG wei that the contract pulls from the sender. */
  readonly pulls?: bigint;
  readonly gasLimit?: bigint;
};

/** A row whose types have been checked. */
export type Write = {
  readonly does: string;
  readonly task: string;
  readonly options: Options;
  readonly contract: keyof Suite;
  readonly method: string;
  /** Whether it needs an allowance, so has the flag `--approve`. */
  readonly pulls: boolean;
  prepare(values: Values<Options>, session: Session): Promise<Call>;
};

/** A write from its row; the compiler compares the arguments with the contract's. */
export function write<Of extends Options, Name extends keyof Suite, Method extends MethodOf<Suite[Name]>>(
  row: WriteRow<Of, Name, Method>,
): Write {
  const { task, does, options, contract, method, args, pulls, gasLimit } = row;
  return {
    task,
    does,
    options,
    contract,
    method,
    pulls: pulls !== undefined,
    async prepare(values, session) {
      const own = values as Values<Of>;
      return {
        contract,
        method,
        args: await args(own, session),
        ...(pulls === undefined ? {} : { pulls: pulls(own) }),
        ...(gasLimit === undefined ? {} : { gasLimit: await gasLimit(own, session) }),
      };
    },
  };
}
