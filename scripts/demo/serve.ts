import { getBytes } from "ethers";

import { type Artefacts, sha256 } from "../../models/eth-volatility/artefacts.ts";
import { CLASS_NAMES } from "../../models/eth-volatility/dataset.ts";
import type { CompiledModel } from "../../models/eth-volatility/program.ts";
import { SuiteError } from "../../sdk/errors.ts";
import { submitGasLimit } from "../../sdk/market/gas.ts";
import { readRequest } from "../../sdk/market/read-request.ts";
import { programRoot, weightsRoot } from "../../sdk/program/commitments.ts";
import { runProgram } from "../../sdk/program/execute.ts";
import { decodeTensor, encodeTensor, tensorRoot } from "../../sdk/program/tensor-hash.ts";
import type { VersionId } from "../../sdk/registry/version-id.ts";
import type { Suite } from "../../sdk/suite.ts";
import type { Cast } from "./cast.ts";
import type { Journal } from "./journal.ts";

/**
 * What an operator does with a request, knowing nothing but its id and the model's file: reads it from the chain, makes sure that the file
 * is the one that was published, runs the program, and delivers with its agent's key.
 */
export async function serve(
  { market, registry }: Suite,
  { operator, agent }: Cast,
  { model }: Artefacts,
  { program }: CompiledModel,
  requestId: string,
  journal: Journal,
): Promise<void> {
  const { request, input } = await readRequest(market, requestId);
  await checkVersion(registry, request.versionId, model, program);
  const words = getBytes(input);
  if (tensorRoot(words) !== request.inputHash) throw mismatch("the input's tensor root", request.inputHash);
  journal.note("operator read the request from the chain; file, program and weights are those of the version");

  await journal.done(
    "accepted by the operator's agent: price fixed, collateral locked",
    market.connect(agent).accept(request, operator),
  );
  const { output } = runProgram(program, decodeTensor("int8", program.header.inputLength, words));
  const answer = encodeTensor(output);
  journal.note(
    `operator ran the program: class ${output.values[0] ?? ""} (${CLASS_NAMES[output.values[0] ?? 0] ?? ""})`,
  );
  await journal.done(
    "submitted: final, fee split, collateral free, consumer called",
    market.connect(agent).submit(request, answer, [], { gasLimit: submitGasLimit(request, answer.length) }),
  );
}

/** @throws SuiteError `NOT_WHAT_WAS_PUBLISHED` when file, program or weights differ from what the version commits to. */
export async function checkVersion(
  registry: Suite["registry"],
  versionId: VersionId,
  model: Uint8Array,
  program: CompiledModel["program"],
): Promise<void> {
  const published = await registry.versionOf(versionId);
  if (published.contentHash !== `0x${sha256(model)}`) throw mismatch("the file's SHA-256", published.contentHash);
  if (published.programRoot !== programRoot(program)) throw mismatch("the program's root", published.programRoot);
  if (published.weightsRoot !== weightsRoot(program)) throw mismatch("the weights' root", published.weightsRoot);
}

function mismatch(what: string, published: string): SuiteError {
  return new SuiteError({
    code: "NOT_WHAT_WAS_PUBLISHED",
    what: `${what} is not ${published}`,
    next: "do not accept: fetch the version's file again and compile it with the same version of this library",
  });
}
