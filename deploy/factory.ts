import { concat, getCreate2Address, id, keccak256, parseEther } from "ethers";

/**
 * The deterministic deployment proxy (github.com/Arachnid/deterministic-deployment-proxy), at the same address on nearly every chain.
 * Called with a salt and init code it creates a contract by CREATE2; anybody may call it, with the same outcome.
 */
export const FACTORY = "0x4e59b44847b379578588920cA78FbF26c0B4956C";
export const FACTORY_CODE =
  "0x7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe03601600081602082378035828234f58015156039578182fd5b8082525050506014600cf3";

/**
 * Creates the proxy on a chain that lacks it. The signature is made up and so has no key: its signer can send nothing else,
 * and the proxy's address follows from the signer. Signed for no chain id, so it is good for all that still take such transactions.
 */
export const FACTORY_TRANSACTION =
  "0xf8a58085174876e800830186a08080b853604580600e600039806000f350fe7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe03601600081602082378035828234f58015156039578182fd5b8082525050506014600cf31ba02222222222222222222222222222222222222222222222222222222222222222a02222222222222222222222222222222222222222222222222222222222222222";
export const FACTORY_SIGNER = "0x3fAB184622Dc19b6109349B94811493BF2a45362";
/** Wei that the transaction above demands: 100,000 gas at 100 gwei. */
export const FACTORY_COST = parseEther("0.01");

/** The same on every chain, whoever deploys. A second suite beside one of the same parameters needs another. */
const SALT = id("OpenGradient suite 1");

/** Where the factory puts a contract. */
export function addressOf(initCode: string): string {
  return getCreate2Address(FACTORY, SALT, keccak256(initCode));
}

/** What the factory is sent to create a contract. */
export function creationOf(initCode: string): string {
  return concat([SALT, initCode]);
}
