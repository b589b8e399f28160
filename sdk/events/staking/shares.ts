// `contracts/libraries/SharePool.sol`, whose comments say why; `docs/staking.md` has the formulas.

const VIRTUAL_SHARES = 1_000n;
const MOST_SHARES_PER_WEI = 1_000_000n;
const PER_GENERATION = 1_000n;
/** After so many generations nothing is left of a share. */
const LIFETIME = 12n;

/** All shares of a class of stake, and how often they have been renewed. */
export type Generation = { readonly shares: bigint; readonly generation: bigint };

/** Shares that `assets` buy of `totalAssets` and `totalShares`, rounded down. */
export function toShares(assets: bigint, totalAssets: bigint, totalShares: bigint): bigint {
  return (assets * (totalShares + VIRTUAL_SHARES)) / (totalAssets + 1n);
}

/** OPG wei that `shares` are worth, rounded down. */
export function toAssets(shares: bigint, totalAssets: bigint, totalShares: bigint): bigint {
  return (shares * (totalAssets + 1n)) / (totalShares + VIRTUAL_SHARES);
}

/** What all shares and the generation are for whoever joins `totalAssets` next. */
export function renewed(totalAssets: bigint, { shares, generation }: Generation): Generation {
  if (shares === 0n) return { shares, generation };
  if (totalAssets === 0n) return { shares: 0n, generation: generation + LIFETIME };
  if (shares <= totalAssets * MOST_SHARES_PER_WEI) return { shares, generation };
  return renewed(totalAssets, { shares: shares / PER_GENERATION, generation: generation + 1n });
}

/** What shares of generation `from` are in generation `to`, rounded down. */
export function carried(shares: bigint, from: bigint, to: bigint): bigint {
  return to - from >= LIFETIME ? 0n : shares / PER_GENERATION ** (to - from);
}
