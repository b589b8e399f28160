import { defaulted, optional, required } from "../cli/options.ts";
import { read, write } from "../cli/rows.ts";
import type { Scope } from "../cli/tasks.ts";
import { MODEL, VERSION } from "./common.ts";

/** What the holder of a model's token does; programs are published by `model publish`. */
export const publisher: Scope = {
  name: "publisher",
  describes: "Register models, describe and deprecate them, and collect what they earn",
  tasks: [
    write({
      task: "publisher register",
      does: "Creates a model, adapter or dataset and mints its token to you; whoever holds it publishes and earns",
      options: {
        kind: defaulted("modelKind", "model", "what it is"),
        metadataUri: required("text", "where it is described"),
      },
      contract: "registry",
      method: "registerModel",
      args: ({ kind, metadataUri }) => [kind, metadataUri],
    }),
    write({
      task: "publisher publish",
      does: "Publishes a file as the next version of your model: a dataset, an ONNX file, or a description of a hosted one",
      options: {
        model: MODEL,
        file: required("path", "the file, whose SHA-256 and size are published"),
        uri: required("text", "where it will be served"),
        licence: required("text", "SPDX identifier, for instance Apache-2.0"),
        royalty: defaulted("share", "0%", "what the version takes of each fee, at most 30%"),
        parents: defaulted("parents", "", "what it descends from, with their share of its income"),
        runtime: defaulted("runtime", "data", "what runs the file; for a program there is hardhat model publish"),
        arithmetic: defaulted("arithmetic", "unspecified", "the numbers it computes in"),
      },
      contract: "registry",
      method: "publish",
      async args({ model, ...facts }) {
        const { versionOf } = await import("./actions/publish.ts");
        return [model, await versionOf(facts)];
      },
    }),
    write({
      task: "publisher describe",
      does: "Describes a model anew; for its holder",
      options: { model: MODEL, metadataUri: required("text", "where it is described") },
      contract: "registry",
      method: "setMetadataURI",
      args: ({ model, metadataUri }) => [model, metadataUri],
    }),
    write({
      task: "publisher deprecate",
      does: "Warns of a version, and may name a better one; it still runs and earns",
      options: { versionId: VERSION, replacement: optional("version", "the better one") },
      contract: "registry",
      method: "deprecate",
      args: ({ versionId, replacement }) => [versionId, replacement ?? 0n],
    }),
    write({
      task: "publisher transfer",
      does: "Hands a model's token over, and with it all that its versions earn from then on, unharvested royalties too",
      options: { model: MODEL, to: required("address", "the new holder") },
      contract: "registry",
      method: "safeTransferFrom(address,address,uint256)",
      async args({ model, to }, session) {
        return [await session.suite.registry.ownerOf(model), to, model];
      },
    }),
    write({
      task: "publisher approve",
      does: "Lets one account move a model's token, a marketplace for instance; it can never publish",
      options: {
        model: MODEL,
        to: required("address", "the account; 0x0000000000000000000000000000000000000000 ends it"),
      },
      contract: "registry",
      method: "approve",
      args: ({ model, to }) => [to, model],
    }),
    write({
      task: "publisher approve-all",
      does: "Lets one account move the tokens of all your models",
      options: { to: required("address", "the account") },
      contract: "registry",
      method: "setApprovalForAll",
      args: ({ to }) => [to, true],
    }),
    write({
      task: "publisher revoke-all",
      does: "Takes back the permission to move the tokens of all your models",
      options: { to: required("address", "the account") },
      contract: "registry",
      method: "setApprovalForAll",
      args: ({ to }) => [to, false],
    }),
    write({
      task: "publisher harvest",
      does: "Pays what a version earned to its holder and its parents; anyone may do it",
      options: { versionId: VERSION },
      contract: "splitter",
      method: "harvest",
      args: ({ versionId }) => [versionId],
    }),
    read({
      task: "publisher model",
      does: "Shows a model: its kind, holder, description and latest version",
      options: { model: MODEL },
      async show({ model }, session) {
        const { showModel } = await import("./actions/model.ts");
        await showModel(session, model);
      },
    }),
    read({
      task: "publisher version",
      does: "Shows a version: its hashes, terms, parents, earnings, and whether its holder warns of it",
      options: { versionId: VERSION },
      async show({ versionId }, session) {
        const { showVersion } = await import("./actions/model.ts");
        await showVersion(session, versionId);
      },
    }),
  ],
};
