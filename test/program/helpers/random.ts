/** A seeded stream of numbers, the same on every machine: tests that draw from it never change by themselves. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** A whole number in 0 … 2^32 − 1 (mulberry32). */
  uint32(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }

  /** A whole number in `from` … `to`. */
  int(from: number, to: number): number {
    return from + (this.uint32() % (to - from + 1));
  }

  /** A float32 in −1 … 1. */
  real(): number {
    return Math.fround(this.uint32() / 2_147_483_648 - 1);
  }

  reals(length: number): Float32Array {
    return Float32Array.from({ length }, () => this.real());
  }
}
