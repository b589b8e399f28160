import { parseEther } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";

import { DEVELOPMENT, type OpgSource } from "../../deploy/parameters.ts";
import { deploySuite, type Deployed } from "../../deploy/suite.ts";
import { readCommitted } from "../../models/eth-volatility/artefacts.ts";
import { hourName } from "../../models/eth-volatility/candles.ts";
import { features } from "../../models/eth-volatility/features.ts";
import { compileModel } from "../../models/eth-volatility/program.ts";
import { latestWindow } from "../../models/eth-volatility/windows.ts";
import { SuiteError } from "../../sdk/errors.ts";
import { VolatilityForecast__factory } from "../../sdk/generated/index.ts";
import { flatRequest } from "../../sdk/market/request.ts";
import { multiplyAddsOf } from "../../sdk/program/weights.ts";
import { quantiseInput } from "../../sdk/program/quantise.ts";
import { encodeTensor, tensorRoot } from "../../sdk/program/tensor-hash.ts";
import { balanceTable, checkConserved, readBalances } from "./balances.ts";
import { castOf } from "./cast.ts";
import { createJournal, short } from "./journal.ts";
import { publishAll } from "./publish.ts";
import { serve } from "./serve.ts";

const FEE = parseEther("10");
const FUNDS = parseEther("100");
const BOND = parseEther("10000");
const COLLATERAL = parseEther("100");
const HOUR = 3_600n;
/** `VolatilityForecast.Volatility`. */
const FORECASTS = ["unknown", "calm", "volatile"];

/** A real model is published, a real input is paid for and answered, and everybody who had a part in it is paid. */
export async function runDemo(
  { ethers }: NetworkConnection,
  print: (line: string) => void,
  token: OpgSource = { kind: "new" },
): Promise<void> {
  const started = performance.now();
  const journal = createJournal(print);
  const cast = await castOf(ethers);
  const { deployer, curator, publisher, operator, agent, consumerOwner } = cast;

  journal.chapter("1. Compile the model");
  const artefacts = await readCommitted();
  const { candles } = artefacts.file;
  const compiled = compileModel(artefacts, candles);
  const { program } = compiled;
  const { parts, sha256 } = artefacts.report;
  journal.note(`model.onnx, SHA-256 ${short(`0x${sha256}`)}: will the next hour of ETH be volatile?`);
  journal.note(
    `right in ${percent(parts.test.accuracy)} of ${parts.test.hours.toLocaleString("en-US")} unseen hours; mean of six hours ${percent(parts.test.sixHourMean)}`,
  );
  journal.note(
    `integer program: ${program.records.length} operators, ${multiplyAddsOf(program).toLocaleString("en-US")} multiply-adds, ${program.header.weightLeaves} weight leaves`,
  );

  journal.chapter("2. Deploy");
  const tell = ({ name, address }: Deployed): void => {
    journal.note(`${name.padEnd(16)} ${address}`);
  };
  const suite = await deploySuite(deployer, deployer.address, DEVELOPMENT, tell, token);
  const { opg, staking, splitter, market } = suite;
  journal.note("the deployer has given up its power");

  journal.chapter("3. Publish");
  const versions = await publishAll(suite, cast, artefacts, compiled, journal);

  journal.chapter("4. Stake");
  await journal.done("operator receives OPG", opg.transfer(operator, BOND));
  await journal.done(
    "operator registers",
    staking.connect(operator).registerOperator(1_000, "https://example.com/operator.json"),
  );
  await journal.done("operator approves its bond", opg.connect(operator).approve(staking, BOND));
  await journal.done("operator bonds 10,000 OPG", staking.connect(operator).bond(BOND));
  await journal.done("operator lets the market lock its stake", staking.connect(operator).allow(market));
  await journal.done(
    "operator names an agent, for locks up to 1,000 OPG",
    staking.connect(operator).setAgent(agent, 10n * COLLATERAL),
  );

  journal.chapter("5. Ask");
  const forecast = await new VolatilityForecast__factory(consumerOwner).deploy(market, versions.model);
  await forecast.waitForDeployment();
  const consumer = await forecast.getAddress();
  journal.note(`consumer contract VolatilityForecast ${consumer}`);
  await journal.done("deployer approves a deposit", opg.approve(market, FUNDS));
  await journal.done("100 OPG deposited for the consumer contract", market.deposit(consumer, FUNDS));
  const before = await readBalances(suite, cast, forecast, Object.values(versions));
  checkConserved(before);

  const { window, forecastHour } = latestWindow(candles);
  const input = encodeTensor(quantiseInput(program, features(window, artefacts.report.medianRange)));
  const now = await ethers.provider.getBlock("latest").then((block) => BigInt(block?.timestamp ?? 0));
  const request = flatRequest({
    requester: consumer,
    consumer,
    versionId: versions.model,
    inputHash: tensorRoot(input),
    fee: FEE,
    collateral: COLLATERAL,
    callbackGas: 200_000n,
    now,
    acceptWithin: HOUR,
    deliverWithin: HOUR,
  });
  journal.note(`input: the 24 candles before ${hourName(forecastHour)} UTC, as ${input.length} public bytes`);
  await journal.done("request: a forecast for 10 OPG", forecast.ask(request, input));

  journal.chapter("6. Serve");
  await serve(suite, cast, artefacts, compiled, await market.hashRequest(request), journal);
  const answer = FORECASTS[Number(await forecast.latest())] ?? "unknown";
  if (answer === "unknown" || (await forecast.latestInputHash()) !== request.inputHash) {
    throw new SuiteError({
      code: "NO_FORECAST",
      what: "the consumer contract was not handed the result",
      next: "please report it",
    });
  }
  journal.note(`the consumer contract now knows: the hour from ${hourName(forecastHour)} UTC will be ${answer}`);

  journal.chapter("7. Pay everyone");
  await journal.done(
    "model harvested: publisher paid, dataset credited",
    splitter.connect(publisher).harvest(versions.model),
  );
  await journal.done("dataset harvested: curator paid", splitter.connect(curator).harvest(versions.dataset));
  await journal.done("flushed: treasury paid, burn burnt", splitter.connect(consumerOwner).flush());

  const after = await readBalances(suite, cast, forecast, Object.values(versions));
  checkConserved(after);
  print(`\n${balanceTable(before, after)}`);
  print(`\nConserved to the wei, in ${seconds(started)} s.`);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function seconds(started: number): string {
  return ((performance.now() - started) / 1_000).toFixed(1);
}
