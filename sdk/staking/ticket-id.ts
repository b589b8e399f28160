import { getAddress, toBeHex } from "ethers";

/**
 * What a ticket's id says, as `contracts/types/TicketId.sol` packs it:
 * `owner << 96 | operator's index << 64 | withdrawableAt << 24 | generation << 1 | class`.
 */
export type TicketParts = {
  /** Who is paid. */
  readonly owner: string;
  /** Of the operator whose stake it was; `operatorAt(index)` is its address. */
  readonly operatorIndex: bigint;
  /** Unix seconds. */
  readonly withdrawableAt: bigint;
  readonly generation: bigint;
  /** True for delegated stake, false for an operator's own bond. */
  readonly delegated: boolean;
};

/** The parts of a ticket's id. Any 256 bits are some id; the chain says whether there is such a ticket. */
export function parseTicketId(id: bigint): TicketParts {
  return {
    owner: getAddress(toBeHex(id >> 96n, 20)),
    operatorIndex: BigInt.asUintN(24, id >> 64n),
    withdrawableAt: BigInt.asUintN(40, id >> 24n),
    generation: BigInt.asUintN(23, id >> 1n),
    delegated: (id & 1n) === 1n,
  };
}

/** The id of the ticket with these parts. */
export function toTicketId({ owner, operatorIndex, withdrawableAt, generation, delegated }: TicketParts): bigint {
  return (
    (BigInt(owner) << 96n) |
    (operatorIndex << 64n) |
    (withdrawableAt << 24n) |
    (generation << 1n) |
    (delegated ? 1n : 0n)
  );
}
