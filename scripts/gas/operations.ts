import { keccak256, MaxUint256, parseEther, sha256, toUtf8Bytes } from "ethers";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";

import type { IModelRegistry } from "../../sdk/generated/index.ts";
import { flatRequest, type InferenceRequest } from "../../sdk/market/request.ts";
import { Arithmetic, ModelKind, Runtime } from "../../sdk/registry/terms.ts";
import { toVersionId, type VersionId } from "../../sdk/registry/version-id.ts";
import type { Suite } from "../../sdk/suite.ts";
import type { GasMeter } from "./measure.ts";

export type Cast = Record<"genesis" | "publisher" | "operator" | "requester" | "stranger", HardhatEthersSigner>;

const HOUR = 3_600n;
const FEE = parseEther("10");
const BOND = parseEther("10000");
/** Where content usually is: 66 bytes. */
const CID = "ipfs://bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi";
const OUTPUT = new Uint8Array(32).fill(1);

/** Every operation that has a budget, on a suite that its cast has already used once: storage is warm with meaning, cold for the EVM. */
export async function measureAll(meter: GasMeter, suite: Suite, cast: Cast): Promise<void> {
  await approveAll(meter, suite, cast);
  await measureStaking(meter, suite, cast);
  const version = await measureRegistry(meter, suite, cast);
  await measureMarket(meter, suite, cast, version);
  await measureRewards(meter, suite, cast, version);
}

async function approveAll(meter: GasMeter, { opg, staking, market }: Suite, cast: Cast): Promise<void> {
  for (const person of Object.values(cast)) {
    if (person !== cast.genesis)
      await meter.send(() => opg.connect(cast.genesis).transfer(person, parseEther("1000000")));
    for (const spender of [staking, market]) {
      await meter.send(() => opg.connect(person).approve(spender, MaxUint256));
    }
  }
}

async function measureStaking(
  meter: GasMeter,
  { staking, market }: Suite,
  { operator, stranger }: Cast,
): Promise<void> {
  // Somebody has bonded before, so that the contract's own balance is no longer zero.
  await meter.send(() => staking.connect(stranger).registerOperator(1_000, "ipfs://other"));
  await meter.send(() => staking.connect(stranger).bond(BOND));

  const mine = staking.connect(operator);
  await meter.measure("register operator", 95_000, () => mine.registerOperator(1_000, CID));
  await meter.measure("bond, first", 85_000, () => mine.bond(BOND));
  await meter.measure("bond, again", 52_000, () => mine.bond(BOND));
  await meter.measure("allow a locker", undefined, () => mine.allow(market));
  await meter.measure("set an agent", undefined, () => mine.setAgent(stranger, BOND));
  await meter.send(() => mine.unbond(1n));
  await meter.measure("unbond (opens a ticket)", 95_000, () => mine.unbond(BOND / 2n));
  meter.wait(21n * 24n * HOUR);
  await meter.measure("withdraw a ticket", 60_000, () => mine.withdraw(2n));
  await meter.measure("distribute", 55_000, () => staking.connect(stranger).distribute(operator, FEE));
}

async function measureRegistry(meter: GasMeter, { registry }: Suite, { publisher }: Cast): Promise<VersionId> {
  const mine = registry.connect(publisher);
  await meter.measure("register a model", undefined, () => mine.registerModel(ModelKind.Model, CID));
  await meter.send(() => mine.publish(1n, publication([])));
  const none = await meter.measure("publish a version, no parent", 190_000, () => mine.publish(1n, publication([])));
  for (let number = 3; number <= 9; ++number) await meter.send(() => mine.publish(1n, publication([])));
  const parents = Array.from({ length: 8 }, (_, index) => ({
    versionId: toVersionId(1n, BigInt(index + 1)),
    shareBps: 1_000n,
  }));
  const eight = await meter.measure("publish a version, 8 parents", undefined, () =>
    mine.publish(1n, publication(parents)),
  );
  meter.derive("publish a version, each parent", 30_000, (eight - none) / 8);
  return toVersionId(1n, 1n);
}

async function measureMarket(meter: GasMeter, suite: Suite, cast: Cast, version: VersionId): Promise<void> {
  const { market } = suite;
  const { operator, requester } = cast;
  await meter.measure("deposit, first", undefined, () => market.connect(requester).deposit(requester, 100n * FEE));
  const next = (salt: bigint, inputURI = ""): InferenceRequest =>
    flatRequest({
      requester: requester.address,
      versionId: version,
      inputHash: keccak256(toUtf8Bytes("input")),
      inputURI,
      operator: operator.address,
      fee: FEE,
      collateral: parseEther("100"),
      now: meter.clock,
      acceptWithin: HOUR,
      deliverWithin: HOUR,
      salt: BigInt(keccak256(toUtf8Bytes(`salt ${salt}`))),
    });

  const first = next(1n);
  await meter.measure("request, first", undefined, () => market.connect(requester).request(first, "0x"));
  await meter.measure("accept, first", undefined, () => market.connect(operator).accept(first, operator));
  await meter.measure("submit without proof, first fee of the version", undefined, () =>
    market.connect(operator).submit(first, OUTPUT, []),
  );

  const r = next(2n);
  const path = [
    await meter.measure("request from a deposit, no public input", 60_000, () =>
      market.connect(requester).request(r, "0x"),
    ),
    await meter.measure("accept (price fixed, collateral locked)", 95_000, () =>
      market.connect(operator).accept(r, operator),
    ),
    await meter.measure("submit without proof, final and split", 125_000, () =>
      market.connect(operator).submit(r, OUTPUT, []),
    ),
  ];
  meter.derive(
    "request → accept → submit → final, no proof",
    280_000,
    path.reduce((sum, gas) => sum + gas, 0),
  );

  const cancelled = next(3n, CID);
  await meter.measure("request, with a URI of 66 bytes", undefined, () =>
    market.connect(requester).request(cancelled, "0x"),
  );
  await meter.measure("cancel", undefined, () => market.connect(requester).cancel(cancelled));
  const expired = next(4n);
  await meter.send(() => market.connect(requester).request(expired, "0x"));
  await meter.send(() => market.connect(operator).accept(expired, operator));
  meter.wait(HOUR);
  await meter.measure("expire after a missed delivery", undefined, () => market.connect(requester).expire(expired));
}

async function measureRewards(meter: GasMeter, suite: Suite, cast: Cast, version: VersionId): Promise<void> {
  const { splitter, market } = suite;
  const { operator, requester, stranger } = cast;
  const none = await meter.measure("harvest, no parent", 75_000, () => splitter.connect(stranger).harvest(version));

  const child = toVersionId(1n, 10n);
  const r = flatRequest({
    requester: requester.address,
    versionId: child,
    inputHash: keccak256("0x"),
    fee: FEE,
    collateral: parseEther("100"),
    now: meter.clock,
    acceptWithin: HOUR,
    deliverWithin: HOUR,
  });
  await meter.send(() => market.connect(requester).request(r, "0x"));
  await meter.send(() => market.connect(operator).accept(r, operator));
  await meter.send(() => market.connect(operator).submit(r, OUTPUT, []));
  const eight = await meter.measure("harvest, 8 parents", undefined, () => splitter.connect(stranger).harvest(child));
  meter.derive("harvest, each parent", 30_000, (eight - none) / 8);
  await meter.measure("flush", undefined, () => splitter.connect(stranger).flush());
}

function publication(parents: IModelRegistry.ParentStruct[]): IModelRegistry.VersionParamsStruct {
  return {
    contentHash: sha256(toUtf8Bytes("file")),
    programRoot: keccak256(toUtf8Bytes("program")),
    weightsRoot: keccak256(toUtf8Bytes("weights")),
    size: 123_456n,
    royaltyBps: 2_000n,
    acceptedProofs: 3n,
    runtime: Runtime.Program,
    arithmetic: Arithmetic.Int8,
    uri: CID,
    licence: "Apache-2.0",
    parents,
  };
}
