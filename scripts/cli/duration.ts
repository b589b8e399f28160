const UNITS = { d: 86_400n, h: 3_600n, m: 60n, s: 1n } as const;

/** Seconds of a length of time such as `90s`, `2h`, `1d12h` or plain `90`; `undefined` if it is none. */
export function parseDuration(text: string): bigint | undefined {
  const [, plain, days, hours, minutes, seconds] =
    /^(?:(\d+)|(?=\d)(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?)$/.exec(text) ?? [];
  const counts = [days, hours, minutes, seconds ?? plain];
  if (counts.every((count) => count === undefined)) return undefined;
  return Object.values(UNITS).reduce((sum, unit, index) => sum + unit * BigInt(counts[index] ?? 0), 0n);
}

/** A length of time in the form that {@link parseDuration} reads, `1d12h`; `0s` for none. */
export function formatDuration(seconds: bigint): string {
  let left = seconds;
  let text = "";
  for (const [name, unit] of Object.entries(UNITS)) {
    if (left >= unit) text += `${left / unit}${name}`;
    left %= unit;
  }
  return text === "" ? "0s" : text;
}

/** A moment for people, in UTC: `2027-01-15 08:00:00 UTC`. */
export function formatTime(unixSeconds: bigint): string {
  const date = new Date(Number(unixSeconds) * 1_000);
  if (Number.isNaN(date.getTime())) return `${unixSeconds} (unix seconds)`;
  return `${date.toISOString().slice(0, 19).replace("T", " ")} UTC`;
}
