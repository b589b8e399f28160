/** Uniform numbers in [0, 1), the same sequence for the same seed on every machine. */
export type Random = () => number;

/**
 * Mulberry32: a 32-bit generator of integer operations only. `Math.random` cannot be seeded, and a committed model must be
 * rebuilt to the same bytes. Not for secrets.
 *
 * @param seed any integer; only its low 32 bits count.
 */
export function seededRandom(seed: number): Random {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** Shuffles in place (Fisher and Yates). */
export function shuffle(items: Uint32Array, random: Random): void {
  for (let last = items.length - 1; last > 0; last--) {
    const chosen = Math.floor(random() * (last + 1));
    const kept = items[last] ?? 0;
    items[last] = items[chosen] ?? 0;
    items[chosen] = kept;
  }
}
