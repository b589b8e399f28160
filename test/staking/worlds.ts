import { parseEther, ZeroAddress, id as hashOf, type ContractTransactionResponse } from "ethers";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";

import type { IComputeStaking } from "../../sdk/generated/index.ts";
import { slashesIn, type Slash } from "../../sdk/staking/slash.ts";
import { toTicketId } from "../../sdk/staking/ticket-id.ts";
import type { Suite } from "../../sdk/suite.ts";
import { BOND, DAY, givenContracts, now, timeOf } from "../helpers/world.ts";

export const UNBONDING = 21n * DAY;
export const DELEGATION = parseEther("30000");
/** Shares that a wei buys of a pool that nothing has happened to. */
export const PAR = 1_000n;
export const VERDICT = hashOf("verdict");

/** An operator with a bond of BOND that has let `locker` and `rival` in, before anybody could delegate. */
export async function givenOperator() {
  const world = await givenContracts();
  const mine = world.staking.connect(world.operator);
  await mine.registerOperator(1_000, "ipfs://operator");
  await mine.allow(world.locker);
  await mine.allow(world.rival);
  await mine.bond(BOND);
  return world;
}

/** … and with DELEGATION in its pool. */
export async function givenPool() {
  const world = await givenOperator();
  await world.staking.connect(world.delegator).delegate(world.operator, DELEGATION, 0n);
  return world;
}

/** … of which `locker` has locked all it may, three times the bond. */
export async function givenLockedPool() {
  const world = await givenPool();
  const locked = 3n * BOND;
  const until = (await now()) + 10n * DAY;
  await world.staking.connect(world.locker).lock(world.operator, locked, until);
  return { ...world, locked, until };
}

/** A verdict that pays `victim` and `challenger`. */
export function verdictFor(
  victim: string = ZeroAddress,
  victimFee = 0n,
  challengers: string = ZeroAddress,
  verdict: string = VERDICT,
): IComputeStaking.VerdictStruct {
  return { id: verdict, victim, victimFee, challengers };
}

/** Slashes, and returns the transaction with the slash that the escrow holds. */
export async function slashNow(
  { staking, escrow }: Suite,
  locker: HardhatEthersSigner,
  operator: HardhatEthersSigner,
  amount: bigint,
  verdict = verdictFor(),
): Promise<{ readonly tx: ContractTransactionResponse; readonly slash: Slash; readonly openedAt: bigint }> {
  const tx = await staking.connect(locker).slash(operator, amount, 0, verdict);
  return { tx, slash: await slashOf(escrow, tx), openedAt: await timeOf(tx) };
}

/** The slash that a transaction opened. */
export async function slashOf(escrow: Suite["escrow"], tx: ContractTransactionResponse): Promise<Slash> {
  const receipt = await tx.wait();
  const [slash] = receipt === null ? [] : slashesIn(receipt, await escrow.getAddress());
  if (slash === undefined) throw new Error("the transaction opened no slash");
  return slash;
}

/** The id of a ticket of the first operator's stake that can be withdrawn from `withdrawableAt` on. */
export function ticketOf(
  owner: HardhatEthersSigner,
  withdrawableAt: bigint,
  delegated: boolean,
  generation = 0n,
): bigint {
  return toTicketId({ owner: owner.address, operatorIndex: 1n, withdrawableAt, generation, delegated });
}
