import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { network } from "hardhat";

/** The one embedded chain that all behaviour tests share; `loadFixture` takes each test back to its starting point. */
export const { ethers, networkHelpers } = await network.create();

/** Takes the chain back to where `fixture`, a named function, left it the first time. */
export function load<T>(fixture: () => Promise<T>): Promise<T> {
  return networkHelpers.loadFixture(fixture);
}

/** Signers by role, in the fixed order of the embedded chain's accounts. `loadFixture` keeps them stable between tests. */
export async function actors<const Role extends string>(
  ...roles: readonly Role[]
): Promise<Record<Role, HardhatEthersSigner>> {
  const signers = await ethers.getSigners();
  const entries = roles.map((role, index) => {
    const signer = signers[index];
    if (signer === undefined) throw new Error(`the embedded chain has ${signers.length} accounts, not ${roles.length}`);
    return [role, signer] as const;
  });
  return Object.fromEntries(entries) as Record<Role, HardhatEthersSigner>;
}
