import { configVariable } from "hardhat/config";

import config from "../../hardhat.config.ts";

/** The project's configuration with one more network, `underTest`, at the url and with the accounts given. */
export function withNetwork(url: string, accounts: "remote" | string[]): typeof config {
  const underTest = { type: "http" as const, chainType: "l1" as const, url, accounts };
  return { ...config, networks: { ...config.networks, underTest } };
}

const url = process.env["NODE_UNDER_TEST"] ?? "http://127.0.0.1:1";
const base = withNetwork(url, "remote");

/** What a child process is started with: `hardhat --config test/helpers/cli.config.ts`. Nobody has the key of the network `locked`. */
export default {
  ...base,
  networks: {
    ...base.networks,
    locked: { type: "http" as const, chainType: "l1" as const, url, accounts: [configVariable("KEY_THAT_IS_NOWHERE")] },
  },
};
