// `contracts/libraries/Drip.sol`: income that reaches a pool evenly. Where it rounds depends on when it was looked at, so the reducer brings a
// drip to the present exactly when the contract stores it.

/** `undripped` flows into `assets` over `remaining` seconds from `since` on. OPG in wei, times in unix seconds. */
export type Drip = {
  readonly assets: bigint;
  readonly undripped: bigint;
  /** `undefined` while it stands still, since a slash is in escrow. */
  readonly since: bigint | undefined;
  readonly remaining: bigint;
};

export const DRY: Drip = { assets: 0n, undripped: 0n, since: 0n, remaining: 0n };

const PERIOD = 604_800n;

/** The drip as it is at `timestamp`, which is not before the latest log. */
export function drippedUntil(drip: Drip, timestamp: bigint): Drip {
  const { assets, undripped, since, remaining } = drip;
  if (since === undefined || since >= timestamp) return drip;
  const elapsed = timestamp - since;
  if (elapsed >= remaining) return hastened({ ...drip, since: timestamp });
  const dripped = (undripped * elapsed) / remaining;
  return {
    assets: assets + dripped,
    undripped: undripped - dripped,
    since: timestamp,
    remaining: remaining - elapsed,
  };
}

/** With `income` to drip, too: never faster than before. */
export function withIncome(drip: Drip, income: bigint): Drip {
  const undripped = drip.undripped + income;
  if (undripped === 0n) return drip;
  return { ...drip, undripped, remaining: (drip.undripped * drip.remaining + income * PERIOD) / undripped };
}

/** With everything let in at once. */
export function hastened(drip: Drip): Drip {
  return { ...drip, assets: drip.assets + drip.undripped, undripped: 0n, remaining: 0n };
}
