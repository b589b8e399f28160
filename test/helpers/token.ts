import type { HardhatEthers, HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";

import type { OpgSource } from "../../deploy/parameters.ts";
import type { OPG } from "../../sdk/generated/index.ts";

/** `npm run test:plain` tests the suite as on a chain that has a token of its own in OPG's place: ERC-20 and nothing more. */
export const PLAIN = process.env["SUITE_TOKEN"] === "plain";

/** The OPG that tests deploy the suite with; `holder` holds all of it. */
export async function givenToken(ethers: HardhatEthers, holder: HardhatEthersSigner): Promise<OpgSource> {
  if (!PLAIN) return { kind: "new" };
  const token = await ethers.deployContract("PlainToken__Mock", [], holder);
  return { kind: "existing", address: await token.getAddress(), burnable: false, votes: false };
}

/** Where tokens go that cannot be burnt. */
const DEAD = "0x000000000000000000000000000000000000dEaD";

/** OPG wei that somebody may still move: what is burnt is gone, in whichever way the token burns. */
export async function inCirculation(opg: OPG): Promise<bigint> {
  return (await opg.totalSupply()) - (await opg.balanceOf(DEAD));
}
