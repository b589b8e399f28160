import type { Contract, ContractTransactionResponse, Signer } from "ethers";

import type { IClaims, IComputeStaking } from "../../../../sdk/generated/index.ts";

/** `Claims__Mock.Mood`. */
export const Mood = { Answer: 0, Garbage: 1, Short: 2, Revert: 3, BurnGas: 4 } as const;

type Send<Arguments extends unknown[]> = (...given: Arguments) => Promise<ContractTransactionResponse>;

/** A keeper of claims that says what it is told to. */
export type Keeper = {
  readonly address: string;
  readonly contract: Contract;
  readonly set: Send<[claimId: string, claim: IClaims.ClaimStruct]>;
  readonly setVoid: Send<[claimId: string, isVoid: boolean]>;
  readonly setMood: Send<[mood: number]>;
  readonly letPlay: (proposer: Signer, account: string) => Promise<ContractTransactionResponse>;
  readonly lock: Send<[operator: string, amount: bigint, until: bigint]>;
  readonly slash: Send<[operator: string, amount: bigint, verdict: IComputeStaking.VerdictStruct]>;
};

export async function keeperOf(contract: Contract): Promise<Keeper> {
  const call =
    <Arguments extends unknown[]>(name: string): Send<Arguments> =>
    (...given) =>
      contract.getFunction(name)(...given) as Promise<ContractTransactionResponse>;
  return {
    address: await contract.getAddress(),
    contract,
    set: call("set"),
    setVoid: call("setVoid"),
    setMood: call("setMood"),
    letPlay: (proposer, account) =>
      contract.connect(proposer).getFunction("letPlay")(account) as Promise<ContractTransactionResponse>,
    lock: call("lock"),
    slash: call("slash"),
  };
}
