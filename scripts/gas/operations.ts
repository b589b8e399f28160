import { keccak256, MaxUint256, parseEther, sha256, toUtf8Bytes, ZeroAddress } from "ethers";

import type { IModelRegistry } from "../../sdk/generated/index.ts";
import { flatRequest, type InferenceRequest } from "../../sdk/market/request.ts";
import { Arithmetic, ModelKind, Runtime } from "../../sdk/registry/terms.ts";
import { toVersionId, type VersionId } from "../../sdk/registry/version-id.ts";
import type { Suite } from "../../sdk/suite.ts";
import { CID, type Cast } from "./cast.ts";
import type { GasMeter } from "./measure.ts";
import { measureStaking } from "./staking.ts";

const HOUR = 3_600n;
const FEE = parseEther("10");
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
  const { requester } = cast;
  // The one without a pool, whose pay is one slot less to write.
  const operator = cast.stranger;
  await meter.send(() => suite.staking.connect(operator).allow(market));
  await meter.measure("deposit, first", undefined, () => market.connect(requester).deposit(requester, 100n * FEE));
  const next = (salt: bigint, inputURI = ""): InferenceRequest =>
    flatRequest({
      requester: requester.address,
      versionId: version,
      inputHash: keccak256(toUtf8Bytes("input")),
      inputURI,
      operator: ZeroAddress,
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

  const pooled = next(5n);
  await meter.send(() => market.connect(requester).request(pooled, "0x"));
  await meter.measure("accept, by an operator with a pool", 95_000, () =>
    market.connect(cast.operator).accept(pooled, cast.operator),
  );
  // A slot more than without a pool: 5,000 gas for the drip alone.
  await meter.measure("submit without proof, by an operator with a pool", 132_000, () =>
    market.connect(cast.operator).submit(pooled, OUTPUT, []),
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
