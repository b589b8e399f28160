import type { ContractTransactionResponse } from "ethers";

import type { ComputeStaking } from "../../sdk/generated/index.ts";

/** Ids of the tickets that a transaction opened. */
export async function ticketsOf(
  staking: ComputeStaking,
  sent: ContractTransactionResponse,
): Promise<readonly bigint[]> {
  const receipt = await sent.wait();
  return (receipt?.logs ?? []).flatMap((log) => {
    const parsed = staking.interface.parseLog(log);
    return parsed?.name === "Unbonded" || parsed?.name === "Undelegated"
      ? [BigInt(String(parsed.args["ticketId"]))]
      : [];
  });
}
