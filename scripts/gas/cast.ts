import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";

/** Who measures: accounts of the embedded chain. `locker` has the role, as the market does. */
export type Cast = Record<
  "genesis" | "publisher" | "operator" | "requester" | "stranger" | "delegator" | "locker",
  HardhatEthersSigner
>;

/** Where content usually is: 66 bytes. */
export const CID = "ipfs://bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi";
