import { getBytes } from "ethers";

import type { Artefacts } from "../../models/eth-volatility/artefacts.ts";
import { CLASS_NAMES } from "../../models/eth-volatility/dataset.ts";
import type { CompiledModel } from "../../models/eth-volatility/program.ts";
import { submitGasLimit } from "../../sdk/market/gas.ts";
import { readRequest } from "../../sdk/market/read-request.ts";
import { runProgram } from "../../sdk/program/execute.ts";
import { decodeTensor, encodeTensor } from "../../sdk/program/tensor-hash.ts";
import { checkVersion } from "../../sdk/registry/check-version.ts";
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
