/** Rows of text in columns that line up; the first is left-aligned, the others right-aligned. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** Names and values, values in one column. */
export function facts(entries: readonly (readonly [name: string, value: string])[]): string {
  const width = Math.max(...entries.map(([name]) => name.length));
  return entries.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join("\n");
}

/** `12,345`. */
export function grouped(value: number): string {
  return value.toLocaleString("en-US");
}

/** Four significant digits, as short as they go. */
export function real(value: number): string {
  return Number(value.toPrecision(4)).toString();
}

/** `97.53 %`. */
export function percent(part: number, whole: number): string {
  return `${((100 * part) / whole).toFixed(2)} %`;
}

/** Shows how far a long piece of work is; nothing where nobody watches, so that logs stay readable. */
export function createProgress(stream: NodeJS.WriteStream): (what: string, done: number, total: number) => void {
  let shownAt = 0;
  return (what, done, total) => {
    const now = performance.now();
    const isEnd = done >= total;
    if (!stream.isTTY || (!isEnd && now - shownAt < 200)) return;
    shownAt = now;
    stream.write(isEnd ? "\r\x1b[K" : `\r\x1b[K${what} ${percent(done, total)}`);
  };
}
