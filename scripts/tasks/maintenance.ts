import { task } from "hardhat/config";
import type { TaskDefinition } from "hardhat/types/tasks";

/** Tasks for those who work on the project itself. */
export const maintenance: readonly TaskDefinition[] = [
  task("demo", "Publishes a real model, pays for an inference on real data and shows who earned what")
    .setAction(() => import("../demo.ts"))
    .build(),
  task("gas", "Measures every operation through real transactions and compares it with its budget and the snapshot")
    .addFlag({ name: "update", description: "write the measured figures to the committed snapshot" })
    .setAction(() => import("../gas.ts"))
    .build(),
  task("abi", "Compares the public ABIs with the committed snapshot, since names are promises")
    .addFlag({ name: "update", description: "write the ABIs to the committed snapshot" })
    .setAction(() => import("../abi.ts"))
    .build(),
  task("train", "Rebuilds the ETH volatility model from the candles and compares it with the committed file")
    .addFlag({ name: "update", description: "overwrite the committed model, samples and report" })
    .setAction(() => import("../train.ts"))
    .build(),
];
