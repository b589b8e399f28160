/** Something to be timed. It may be asynchronous. */
export type Contender = { readonly name: string; readonly run: () => unknown };

/** Milliseconds that one turn of a contender takes at least, so that the clock's grain does not count. */
const TURN = 50;

/**
 * Median processor time of one run of each contender, in milliseconds, in user and system mode together. It is what a run takes on
 * a core of its own; time by the wall clock would grow with whatever else the machine does. Turns are interleaved, first of all contenders, then of all again,
 * so that a change of the core's speed falls on all of them alike. The first turn only warms up and finds how many runs
 * make a turn.
 *
 * @param rounds measured turns of each contender.
 */
export async function measure(contenders: readonly Contender[], rounds: number): Promise<ReadonlyMap<string, number>> {
  const runs = new Map<string, number>();
  for (const contender of contenders) runs.set(contender.name, await runsPerTurn(contender));

  const times = new Map(contenders.map(({ name }) => [name, [] as number[]]));
  for (let round = 0; round < rounds; round++) {
    for (const contender of contenders) {
      times.get(contender.name)?.push(await turn(contender, runs.get(contender.name) ?? 1));
    }
  }
  return new Map([...times].map(([name, list]) => [name, median(list)]));
}

/** The middle value; the mean of the two middle ones of an even number. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}

/** Milliseconds of one run, from `runs` of them in a row. */
async function turn({ run }: Contender, runs: number): Promise<number> {
  const start = process.cpuUsage();
  for (let i = 0; i < runs; i++) {
    const result = run();
    // Awaiting what is no promise would charge a microtask to whoever does not need one.
    if (result instanceof Promise) await result;
  }
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000 / runs;
}

async function runsPerTurn(contender: Contender): Promise<number> {
  let runs = 1;
  while ((await turn(contender, runs)) * runs < TURN) runs *= 2;
  return runs;
}
