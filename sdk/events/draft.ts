import { incomplete } from "./errors.ts";

/** A state while a page of logs is applied to it: its tables may be written, their rows are replaced whole. */
export type Draft<State> = {
  -readonly [Field in keyof State]: State[Field] extends ReadonlyMap<infer Key, infer Row>
    ? Map<Key, Row>
    : State[Field];
};

/** Copies the tables of `state`, so that writing to the copy leaves the state alone. */
export function draftOf<State extends object>(state: State): Draft<State> {
  const fields = Object.entries(state).map(([name, value]: [string, unknown]) => [
    name,
    value instanceof Map ? new Map<unknown, unknown>(value) : value,
  ]);
  return Object.fromEntries(fields) as Draft<State>;
}

/** The row of `key`. @throws EventsError `LOGS_INCOMPLETE` when there is none. */
export function rowOf<Key, Row>(table: ReadonlyMap<Key, Row>, key: Key, what: string): Row {
  const row = table.get(key);
  if (row === undefined) throw incomplete(`${what} ${String(key)}`);
  return row;
}

/** Replaces the row of `key` by itself with `changes`. @throws EventsError `LOGS_INCOMPLETE` when there is none. */
export function change<Key, Row extends object>(
  table: Map<Key, Row>,
  key: Key,
  what: string,
  changes: (row: Row) => Partial<Row>,
): void {
  const row = rowOf(table, key, what);
  table.set(key, { ...row, ...changes(row) });
}

/** Adds to a sum that starts at 0. */
export function add<Key>(table: Map<Key, bigint>, key: Key, amount: bigint): void {
  table.set(key, (table.get(key) ?? 0n) + amount);
}

/** The key of a table of pairs of accounts, as `operator` and `locker`. */
export function pairOf(first: string, second: string): string {
  return `${first} ${second}`;
}
