/** `short` in `npm test`, `long` in `npm run test:long`. */
export function patience(short: number, long: number): number {
  return process.env["npm_lifecycle_event"] === "test:long" ? long : short;
}
