import { DeployError } from "./errors.ts";

/** What a chain's coins are worth: nothing and it is ours, nothing, or we must assume a lot. */
export type ChainKind = "development" | "test" | "real";

/** Hardhat's development chains, embedded or as a node. */
export const DEVELOPMENT_CHAIN = 31_337n;

/** Public test networks: Sepolia of Ethereum, Base, OP and Arbitrum. A chain that is not here is taken to hold real value. */
const TEST_CHAINS: ReadonlySet<bigint> = new Set([11_155_111n, 84_532n, 11_155_420n, 421_614n]);

export function kindOf(chainId: bigint): ChainKind {
  if (chainId === DEVELOPMENT_CHAIN) return "development";
  return TEST_CHAINS.has(chainId) ? "test" : "real";
}

/**
 * Without governance nobody could stop a deployment or spend its treasury, so it must not hold anything of value.
 * @throws DeployError `REAL_VALUE`.
 */
export function refuseRealValue(chainId: bigint): void {
  if (kindOf(chainId) !== "real") return;
  throw new DeployError({
    code: "REAL_VALUE",
    what: `chain ${chainId} may hold real value, and the suite has no governance yet`,
    next: "use a test network or a development chain; plan shows what would be done here",
  });
}
