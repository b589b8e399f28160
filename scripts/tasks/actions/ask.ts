import { keccak256, ZeroAddress } from "ethers";

import { flatRequest, type InferenceRequest } from "../../../sdk/market/request.ts";
import { tensorRoot } from "../../../sdk/program/tensor-hash.ts";
import { WORD_BYTES } from "../../../sdk/program/tensor.ts";
import { CliError } from "../../cli/errors.ts";
import type { Session } from "../../cli/session.ts";

/** What a requester says of the inference it buys: OPG wei, seconds, and one of three ways to name the input. */
export type Wish = {
  readonly versionId: bigint;
  readonly fee: bigint;
  readonly minFee: bigint | undefined;
  readonly ramp: bigint;
  readonly input: Uint8Array | undefined;
  readonly hiddenInput: Uint8Array | undefined;
  readonly inputHash: string | undefined;
  readonly inputUri: string;
  readonly acceptWithin: bigint;
  readonly deliverWithin: bigint;
  readonly collateral: bigint | undefined;
  readonly operator: string | undefined;
  readonly consumer: string | undefined;
  readonly callbackGas: bigint;
  readonly salt: bigint | undefined;
};

/**
 * The arguments of `InferenceMarket.request`: the request of the sender, and the public input's bytes.
 * @throws CliError `OPTION_INVALID`, `OPTION_MISSING`; the registry's refusal of an unknown version.
 */
export async function buildRequest(session: Session, wish: Wish): Promise<[InferenceRequest, Uint8Array]> {
  const { suite, now } = session;
  const floor = await suite.market.collateralFloor();
  const flat = flatRequest({
    requester: (await session.sender()).address,
    versionId: wish.versionId,
    inputHash: await inputHashOf(session, wish),
    inputURI: wish.inputUri,
    fee: wish.fee,
    collateral: wish.collateral ?? (wish.fee > floor ? wish.fee : floor),
    operator: wish.operator ?? ZeroAddress,
    consumer: wish.consumer ?? ZeroAddress,
    callbackGas: wish.callbackGas,
    now,
    acceptWithin: wish.acceptWithin,
    deliverWithin: wish.deliverWithin,
    ...(wish.salt === undefined ? {} : { salt: wish.salt }),
  });
  const request = { ...flat, minFee: wish.minFee ?? wish.fee, rampEnd: now + wish.ramp };
  return [request, wish.input ?? new Uint8Array()];
}

async function inputHashOf(session: Session, { versionId, input, hiddenInput, inputHash }: Wish): Promise<string> {
  const hasProgram = await session.suite.registry.hasProgram(versionId);
  const given = [input, hiddenInput, inputHash].filter((way) => way !== undefined);
  const [only] = given;
  if (only === undefined || given.length > 1) {
    throw new CliError(
      "OPTION_MISSING",
      `${given.length} of --input, --hidden-input and --input-hash are given`,
      "give exactly one of them",
    );
  }
  if (typeof only === "string") return only;
  if (!hasProgram) return keccak256(only);
  if (only.length > 0 && only.length % WORD_BYTES === 0) return tensorRoot(only);
  throw new CliError(
    "OPTION_INVALID",
    `the input has ${only.length} bytes, and the version runs a program, whose input is tensor words of ${WORD_BYTES} bytes`,
    "encode it with encodeTensor of sdk/program/tensor-hash.ts",
  );
}
