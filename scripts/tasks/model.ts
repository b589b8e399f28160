import type { TaskDefinition } from "hardhat/types/tasks";

import { defaulted, optional, required } from "../cli/options.ts";
import { COMMON_OPTIONS, type Scope } from "../cli/tasks.ts";
import { writes } from "../cli/rows.ts";
import { toTool } from "../model/tool.ts";

const SAMPLES = ".npy, .json, .csv, or .f32 (raw float32, little-endian)";
const DIRECTORY = "a program directory: a folder, or an address (https, ipfs, file; http on this machine)";
const WHERE = {
  directory: required("text", DIRECTORY),
  gateways: optional("text", "IPFS gateways to ask, between commas"),
};

/** What goes to the chain. */
export const model: Scope = {
  name: "model",
  describes: "Compile an ONNX model into a program, look at one, run it, check it, publish it",
  tasks: [
    writes({
      task: "model publish",
      does: "Publishes a program directory as the next version of your model, registering the model if none is named",
      options: {
        directory: required("text", "the folder that model import wrote"),
        uri: required("text", "where its model.onnx will be served, the other files beside it"),
        licence: required("text", "SPDX identifier, for instance Apache-2.0"),
        model: optional("number", "the model that this is a version of; a new one without"),
        metadataUri: optional("text", "describes a new model"),
        royalty: defaulted("share", "0%", "what the version takes of each fee, at most 30%"),
        parents: defaulted("parents", "", "what it descends from, with their share of its income"),
        proofs: defaulted("number", "0", "proof kinds that it accepts, as the sum of their bits"),
      },
      calls: [
        { contract: "registry", method: "registerModel" },
        { contract: "registry", method: "publish" },
      ],
      pulls: false,
      async run(values, session, flags) {
        const { publish } = await import("../model/publish.ts");
        await publish(values, session, flags);
      },
    }),
  ],
};

/** What needs no chain. */
export const modelTools: readonly TaskDefinition[] = [
  toTool({
    task: "model import",
    does: "Compiles an ONNX file into a program directory and says how exact, large and dear to dispute it is",
    options: {
      onnx: required("path", "the ONNX file, float32"),
      calibration: required("path", `inputs like those the model will see, a few hundred: ${SAMPLES}`),
      out: optional("text", "the folder to write; the model's name and -program without"),
      evaluation: optional("path", `other inputs to measure with, those of the calibration without: ${SAMPLES}`),
      labels: optional("path", "the right class of each input that is measured with: .npy, .json or .csv"),
      classNames: optional("text", "names of the classes in the order of their numbers, between commas"),
    },
    flags: { shareCalibration: "put the calibration samples into the directory, so that anyone can compile it again" },
    async run(order, { print }) {
      const { runImport } = await import("../model/import.ts");
      await runImport(order, print);
    },
  }),
  toTool({
    task: "model inspect",
    does: "Reads and checks a program directory and says what is in it",
    options: WHERE,
    flags: {},
    async run(order, { hre, print }) {
      const { runInspect } = await import("../model/inspect.ts");
      await runInspect(order, hre, print);
    },
  }),
  toTool({
    task: "model run",
    does: "Runs a program on your inputs and prints outputs and hashes as they go on chain",
    options: { ...WHERE, input: required("path", `one input or several: ${SAMPLES}`) },
    flags: { json: "print everything as JSON" },
    async run(order, { hre, print }) {
      const { runModel } = await import("../model/run.ts");
      await runModel(order, hre, print);
    },
  }),
  toTool({
    task: "model verify",
    does: "Checks a program directory against its own hashes, its ONNX file and the chain",
    options: {
      directory: optional("text", `${DIRECTORY}; where the version was published without`),
      gateways: WHERE.gateways,
      calibration: optional("path", `the calibration samples, where the directory does not hold them: ${SAMPLES}`),
      versionId: optional("version", "the version that it should be"),
      addresses: optional("text", COMMON_OPTIONS.addresses),
    },
    flags: {},
    async run(order, { hre, print }) {
      const { runVerify } = await import("../model/verify.ts");
      await runVerify(order, hre, print);
    },
  }),
];
