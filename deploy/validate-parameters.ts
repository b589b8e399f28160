import { getAddress, isAddress, parseEther } from "ethers";

import { DeployError } from "./errors.ts";
import { NETWORKS, type NetworkParameters, type Parameters } from "./parameters.ts";

/** Lowest and highest value that the contracts take. */
export const BOUNDS: Readonly<Record<keyof Parameters, readonly [low: bigint, high: bigint]>> = {
  minimumBond: [parseEther("100"), parseEther("100000")],
  collateralFloor: [parseEther("1"), parseEther("10000")],
  treasuryBps: [0n, 1_000n],
  burnBps: [200n, 2_000n],
};

/**
 * The parameters of a network, checked before anything is spent.
 * @throws DeployError `NO_PARAMETERS`, `BAD_PARAMETERS` with all that is wrong.
 */
export function parametersOf(network: string): NetworkParameters {
  const found = NETWORKS[network];
  if (found === undefined)
    throw new DeployError({
      code: "NO_PARAMETERS",
      what: `nothing is decided about the network ${network}`,
      next: `add it to deploy/parameters.ts, which has ${Object.keys(NETWORKS).join(", ")}`,
    });
  requireValid(network, found);
  return found;
}

/** @throws DeployError `BAD_PARAMETERS` with all that is wrong. */
export function requireValid(network: string, { opg, parameters }: NetworkParameters): void {
  const names = Object.keys(BOUNDS) as (keyof Parameters)[];
  const faults = names.flatMap((name) => {
    const [low, high] = BOUNDS[name];
    const value = parameters[name];
    return value < low || value > high ? [`${name} ${value} is not between ${low} and ${high}`] : [];
  });
  const address = opg.kind === "existing" ? opg.address : opg.holder;
  if (address !== undefined && (!isAddress(address) || getAddress(address) !== address || BigInt(address) === 0n))
    faults.push(`opg: ${address} is not a checksummed address`);
  if (faults.length === 0) return;
  throw new DeployError({
    code: "BAD_PARAMETERS",
    what: `${network}: ${faults.join("; ")}`,
    next: "correct deploy/parameters.ts",
  });
}
