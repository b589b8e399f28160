import { defineConfig } from "hardhat/config";

import config from "../../../hardhat.config.ts";

const url = process.env["EXPLORER_URL"] ?? "";

/** The project's own configuration, where the explorer of Base Sepolia is one of the test's. */
export default defineConfig({
  ...config,
  chainDescriptors: {
    84532: { name: "Base Sepolia", chainType: "op", blockExplorers: { blockscout: { url, apiUrl: url } } },
  },
});
