import { createRequire } from "node:module";

import toolbox from "@nomicfoundation/hardhat-toolbox-mocha-ethers";
import { configVariable, defineConfig } from "hardhat/config";

import { TASKS } from "./scripts/tasks/all.ts";

const require = createRequire(import.meta.url);
const { version } = require("solc/package.json") as { version: string };

/** Current mainnet rules: MODEXP repriced, P256 at 0x100, 16.78 M gas a transaction, calldata floor. */
const HARDFORK = "osaka";

/** The compiler comes from npm, so that nothing is downloaded and every machine builds the same bytes. */
const compiler = {
  version,
  path: require.resolve("solc/soljson.js"),
  settings: {
    evmVersion: "osaka",
    viaIR: true,
    optimizer: { enabled: true, runs: 1_000 },
    // The IPFS hash of the metadata would change the bytes with every comment.
    metadata: { bytecodeHash: "none" as const },
  },
};

/** Milliseconds until an RPC endpoint that does not answer is asked again. */
const RPC_TIMEOUT = 20_000;

/** `npm run test:long` looks twenty-five times as long for a history that breaks a law. */
const patience = process.env["npm_lifecycle_event"] === "test:long" ? 25 : 1;

export default defineConfig({
  plugins: [toolbox],
  solidity: {
    profiles: {
      default: { ...compiler },
      // The same settings as tests run with, so that a production build gives the bytes that were tested.
      production: { ...compiler, isolated: false },
    },
    npmFilesToBuild: ["@openzeppelin/contracts/access/manager/AccessManager.sol"],
  },
  networks: {
    default: { type: "edr-simulated", chainType: "l1", hardfork: HARDFORK },
    node: { type: "edr-simulated", chainType: "l1", hardfork: HARDFORK },
    localhost: { type: "http", chainType: "l1", url: "http://127.0.0.1:8545" },
    // Values from `npx hardhat keystore set <name>`, see docs/deployment.md; each network also needs a row in deploy/parameters.ts.
    baseSepolia: {
      type: "http",
      chainType: "op",
      url: configVariable("BASE_SEPOLIA_RPC_URL"),
      accounts: [configVariable("DEPLOYER_PRIVATE_KEY")],
      timeout: RPC_TIMEOUT,
    },
    base: {
      type: "http",
      chainType: "op",
      url: configVariable("BASE_RPC_URL"),
      accounts: [configVariable("DEPLOYER_PRIVATE_KEY")],
      timeout: RPC_TIMEOUT,
    },
  },
  typechain: { outDir: "sdk/generated" },
  test: {
    mocha: { timeout: 120_000 },
    solidity: {
      fuzz: { runs: patience * 256, seed: "0x0f93" },
      // A handler of these tests reverts only when a law is broken, see test/invariants/README.md.
      invariant: { runs: patience * 32, depth: 128, failOnRevert: true },
    },
  },
  tasks: TASKS,
});
