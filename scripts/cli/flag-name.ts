/** How an option is written on the command line: `--metadata-uri` for `metadataUri`. */
export function flagName(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
