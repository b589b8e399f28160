import { task } from "hardhat/config";
import { ArgumentType } from "hardhat/types/arguments";
import type { TaskDefinition } from "hardhat/types/tasks";

/** Tasks that are not about one call: deployment, the demo, and the checks of those who work on the project. */
export const maintenance: readonly TaskDefinition[] = [
  task("deploy", "Deploys the suite to a network, shows what is missing, or checks what is there")
    .addPositionalArgument({ name: "verb", description: "plan, run, status or check", defaultValue: "run" })
    .addFlag({ name: "verify", description: "then hand the sources to the network's explorer" })
    .addOption({
      name: "addresses",
      description: "folder of the address books instead of deploy/addresses",
      defaultValue: "",
    })
    .setAction(() => import("../deploy.ts"))
    .build(),
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
  task("cli-docs", "Compares docs/cli.md with the tasks that it describes")
    .addFlag({ name: "update", description: "write the page" })
    .setAction(() => import("../cli-docs.ts"))
    .build(),
  task("reference", "Compares the reference pages with what the contracts say, and demands that they say enough")
    .addFlag({ name: "update", description: "write the pages" })
    .setAction(() => import("../reference.ts"))
    .build(),
  task("test-plain", "Tests the suite with a plain ERC-20 in OPG's place, as on a chain that has a token of its own")
    .setAction(() => import("../test-plain.ts"))
    .build(),
  task("package", "Builds what the npm package holds into dist/")
    .setAction(() => import("../package.ts"))
    .build(),
  task("train", "Rebuilds the models from their data and compares them with the committed files")
    .addFlag({ name: "update", description: "overwrite the committed model and report" })
    .addOption({
      name: "model",
      type: ArgumentType.STRING_WITHOUT_DEFAULT,
      defaultValue: undefined,
      description: "only this one: eth-volatility, mnist-mlp or mnist-cnn",
    })
    .setAction(() => import("../train.ts"))
    .build(),
  task("bench", "Times the executor of programs against ONNX Runtime, float32 and int8, on one core")
    .setAction(() => import("../bench.ts"))
    .build(),
];
