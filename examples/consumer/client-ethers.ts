// With ethers: publishes a model, becomes an operator, asks as a requester, answers, and reads what the consumer contract knows now.
import { ContractFactory, JsonRpcProvider, MaxUint256, sha256, ZeroHash } from "ethers";
import { connectSuite } from "opengradient-suite/sdk";
import { Follower, lockOf, Status } from "opengradient-suite/sdk/events";
import { flatRequest, hashRequest, readRequest, requestDomain, submitGasLimit } from "opengradient-suite/sdk/market";
import { encodeTensor, tensorRoot } from "opengradient-suite/sdk/program";
import { Arithmetic, ModelKind, Runtime, toVersionId } from "opengradient-suite/sdk/registry";

import { BOND, COLLATERAL, FEE, readSetting } from "./setting.js";

const { url, addresses, priceGuard } = readSetting();
const provider = new JsonRpcProvider(url, undefined, { cacheTimeout: -1 });
const [holder, publisher, operator, requester] = await Promise.all(
  [0, 1, 2, 3].map((index) => provider.getSigner(index)),
);
if (!holder || !publisher || !operator || !requester) throw new Error("the node unlocks too few accounts");
const { opg, registry, staking, market } = connectSuite(addresses, provider);

for (const person of [operator, requester]) {
  await (await opg.connect(holder).transfer(person, 2n * BOND)).wait();
  await (await opg.connect(person).approve(staking, MaxUint256)).wait();
  await (await opg.connect(person).approve(market, MaxUint256)).wait();
}

await (await registry.connect(publisher).registerModel(ModelKind.Model, "https://example.com/model.json")).wait();
const published = await registry.connect(publisher).publish(1n, {
  contentHash: sha256("0x01"),
  programRoot: ZeroHash,
  weightsRoot: ZeroHash,
  size: 1n,
  royaltyBps: 2_000n,
  acceptedProofs: 0n,
  runtime: Runtime.Onnx,
  arithmetic: Arithmetic.Float32,
  uri: "https://example.com/model.onnx",
  licence: "MIT",
  parents: [],
});
await published.wait();
const versionId = toVersionId(1n, 1n);

await (await staking.connect(operator).registerOperator(1_000n, "https://example.com/operator.json")).wait();
await (await staking.connect(operator).bond(BOND)).wait();
await (await staking.connect(operator).allow(market)).wait();

const guard = await new ContractFactory(priceGuard.abi, priceGuard.bytecode, requester).deploy(
  market,
  requester,
  versionId,
);
await guard.waitForDeployment();

const input = encodeTensor({ dtype: "int8", values: Int8Array.of(1, 2, 3) });
const head = await provider.getBlock("latest");
const request = flatRequest({
  requester: requester.address,
  consumer: await guard.getAddress(),
  versionId,
  inputHash: tensorRoot(input),
  fee: FEE,
  collateral: COLLATERAL,
  callbackGas: 100_000n,
  now: BigInt(head?.timestamp ?? 0),
  acceptWithin: 3_600n,
  deliverWithin: 3_600n,
});
await (await market.connect(requester).deposit(requester, FEE)).wait();
await (await market.connect(requester).request(request, "0x")).wait();

const { chainId } = await provider.getNetwork();
const id = hashRequest(requestDomain(chainId, addresses.market), request);
const found = await readRequest(market, id);
await (await market.connect(operator).accept(found.request, operator)).wait();
const output = encodeTensor({ dtype: "int32", values: Int32Array.of(1) });
const gasLimit = submitGasLimit(found.request, output.length);
await (await market.connect(operator).submit(found.request, output, [], { gasLimit })).wait();

const isVolatile: unknown = await guard.getFunction("isVolatile")();
const follower = new Follower({ node: provider, addresses, firstBlock: 0 });
const { state } = await follower.catchUp();
const row = state.market.requests.get(id);
if (row?.status !== Status.Final || row.price !== FEE) throw new Error("the logs tell another story than the calls");
if (lockOf(state.staking, operator.address, addresses.market).amount !== 0n)
  throw new Error("the collateral is still locked");
provider.destroy();
console.log(JSON.stringify({ node: process.versions.node, id, isVolatile }));
