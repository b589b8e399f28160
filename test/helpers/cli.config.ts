import config from "../../hardhat.config.ts";

/** The project's configuration with one more network, `underTest`, at the url and with the accounts given. */
export function withNetwork(url: string, accounts: "remote" | string[]): typeof config {
  const underTest = { type: "http" as const, chainType: "l1" as const, url, accounts };
  return { ...config, networks: { ...config.networks, underTest } };
}

/** What a child process is started with: `hardhat --config test/helpers/cli.config.ts`. */
export default withNetwork(process.env["NODE_UNDER_TEST"] ?? "http://127.0.0.1:1", "remote");
