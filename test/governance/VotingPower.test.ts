import { expect } from "chai";
import { parseEther, ZeroAddress } from "ethers";

import { VotingPower__factory } from "../../sdk/generated/index.ts";
import { ethers, load, networkHelpers } from "../helpers/network.ts";
import { PLAIN } from "../helpers/token.ts";
import { at, BOND, DAY, now } from "../helpers/world.ts";
import { DELEGATION, givenLockedPool, givenPool, PAR, slashNow } from "../staking/worlds.ts";

const INCOME = parseEther("100");

/** The operator and its delegator vote for themselves with their stake; the token counts nobody. */
async function givenVoters() {
  const world = await givenLockedPool();
  const { votes, staking, operator, delegator } = world;
  for (const voter of [operator, delegator]) {
    await votes.connect(voter).delegate(voter);
    await staking.syncVotes(voter, operator);
  }
  return world;
}

describe("VotingPower", function () {
  it("refuses a token that is said to count votes and does not", async function () {
    const { genesis } = await load(givenPool);
    const plain = await ethers.deployContract("PlainToken__Mock", [], genesis);
    const factory = new VotingPower__factory(genesis);
    await expect(factory.deploy(plain, true)).to.be.revert(ethers);
    const deployed = await factory.deploy(plain, false);
    expect(await deployed.getVotes(genesis)).to.equal(0n);
    await networkHelpers.mine();
    expect(await deployed.getPastTotalSupply((await now()) - 1n)).to.equal(await supplyOf(plain));
    expect(await deployed.getPastVotes(genesis, (await now()) - 1n)).to.equal(0n);
    await expect(deployed.getPastTotalSupply((await now()) + 1n)).to.be.revertedWithCustomError(
      deployed,
      "ERC5805FutureLookup",
    );
  });

  it("is set by the staking contract only", async function () {
    const { votes, stranger } = await load(givenPool);
    await expect(votes.connect(stranger).update(stranger, stranger, 1n))
      .to.be.revertedWithCustomError(votes, "VotingPowerNotStaking")
      .withArgs(stranger);
  });

  it("keeps time in seconds: ERC-6372", async function () {
    const { votes } = await load(givenPool);
    expect(await votes.CLOCK_MODE()).to.equal("mode=timestamp");
    expect(await votes.clock()).to.equal(await now());
  });

  it("counts nothing for those who never chose a delegate, and does not let others make them pay", async function () {
    const { staking, votes, operator, delegator, stranger } = await load(givenPool);
    await expect(staking.connect(stranger).syncVotes(delegator, operator))
      .to.be.revertedWithCustomError(staking, "ComputeStakingVotesNotDelegated")
      .withArgs(delegator);
    expect(await votes.getVotes(delegator)).to.equal(0n);
    expect((await staking.positionOf(operator, delegator)).countsVotes).to.equal(false);
  });

  it("counts what is at stake once somebody syncs, for whoever it was delegated to", async function () {
    const { staking, votes, operator, delegator, stranger } = await load(givenPool);
    await votes.connect(delegator).delegate(stranger);
    const tx = staking.connect(stranger).syncVotes(delegator, operator);
    await expect(tx).to.emit(votes, "StakedVotesChanged").withArgs(delegator, operator, 0n, DELEGATION);
    expect(await votes.getVotes(stranger)).to.equal(DELEGATION);
    expect(await votes.stakedVotesOf(delegator, operator)).to.equal(DELEGATION);
    await votes.connect(delegator).delegate(ZeroAddress);
    expect(await votes.getVotes(stranger)).to.equal(0n);
    await votes.connect(delegator).delegate(delegator);
    expect(await votes.getVotes(delegator)).to.equal(DELEGATION);
  });

  // A plain token counts no votes: there, only stake does.
  if (!PLAIN) {
    it("adds what is in hand, which is delegated at the token, now and in the past", async function () {
      const { opg, votes, delegator } = await load(givenVoters);
      const inHand = await opg.balanceOf(delegator);
      await opg.connect(delegator).delegate(delegator);
      expect(await votes.getVotes(delegator)).to.equal(inHand + DELEGATION);
      const then = await now();
      await opg.connect(delegator).transfer(opg, 1n);
      expect(await votes.getPastVotes(delegator, then)).to.equal(inHand + DELEGATION);
      expect(await votes.getVotes(delegator)).to.equal(inHand + DELEGATION - 1n);
      const supply = await opg.totalSupply();
      await opg.connect(delegator).burn(1n);
      expect(await votes.getPastTotalSupply(then)).to.equal(supply);
      await expect(votes.getPastVotes(delegator, (await now()) + 1n)).to.be.revertedWithCustomError(
        votes,
        "ERC5805FutureLookup",
      );
      await expect(votes.getPastTotalSupply((await now()) + 1n)).to.be.revertedWithCustomError(
        votes,
        "ERC5805FutureLookup",
      );
    });
  }

  it("follows the moves of those who count, at once", async function () {
    const { staking, votes, operator, delegator } = await load(givenVoters);
    await staking.connect(operator).bond(BOND);
    expect(await votes.getVotes(operator)).to.equal(2n * BOND);
    await staking.connect(operator).unbond(BOND / 2n);
    expect(await votes.getVotes(operator)).to.equal((BOND * 3n) / 2n);
    await staking.connect(delegator).delegate(operator, BOND, 0n);
    expect(await votes.getVotes(delegator)).to.equal(DELEGATION + BOND);
    const { shares } = await staking.positionOf(operator, delegator);
    await staking.connect(delegator).undelegate(operator, shares / 4n);
    expect(((DELEGATION + BOND) * 3n) / 4n - (await votes.getVotes(delegator))).to.be.within(0n, 1n);
    await staking.connect(delegator).undelegate(operator, (await staking.positionOf(operator, delegator)).shares);
    expect(await votes.getVotes(delegator)).to.equal(0n);
  });

  it("adds up what one account has with several operators, wherever it is moved", async function () {
    const { staking, votes, operator, delegator, rival, stranger } = await load(givenVoters);
    await staking.connect(rival).registerOperator(0, "ipfs://rival");
    await staking.connect(rival).bond(BOND);
    await staking.connect(delegator).delegate(rival, BOND, 0n);
    await staking.syncVotes(delegator, rival);
    expect(await votes.getVotes(delegator)).to.equal(DELEGATION + BOND);
    await votes.connect(delegator).delegate(stranger);
    expect(await votes.getVotes(delegator)).to.equal(0n);
    expect(await votes.getVotes(stranger)).to.equal(DELEGATION + BOND);
    await staking.connect(delegator).undelegate(rival, BOND * PAR);
    expect(await votes.getVotes(stranger)).to.equal(DELEGATION);
    expect(await votes.stakedVotesOf(delegator, operator)).to.equal(DELEGATION);
  });

  it("says nothing when nothing has changed", async function () {
    const { staking, votes, operator } = await load(givenVoters);
    await expect(staking.syncVotes(operator, operator)).not.to.emit(votes, "StakedVotesChanged");
  });

  it("counts an operator's bond and its own delegation together", async function () {
    const { staking, votes, operator } = await load(givenVoters);
    await staking.connect(operator).delegate(operator, BOND, 0n);
    await staking.syncVotes(operator, operator);
    expect(await votes.getVotes(operator)).to.equal(2n * BOND);
  });

  it("earned income gives a delegator no votes", async function () {
    const { staking, votes, operator, delegator, stranger } = await load(givenVoters);
    await staking.connect(stranger).distribute(operator, INCOME);
    await at((await now()) + 7n * DAY, () => staking.syncVotes(delegator, operator));
    expect(await votes.getVotes(delegator)).to.equal(DELEGATION);
  });

  it("a slash counts at the next sync, which anyone may ask for", async function () {
    const world = await load(givenVoters);
    const { staking, votes, operator, delegator, locker, stranger } = world;
    await slashNow(world, locker, operator, 3n * BOND);
    expect(await votes.getVotes(delegator)).to.equal(DELEGATION);
    await staking.connect(stranger).syncVotes(delegator, operator);
    await staking.connect(stranger).syncVotes(operator, operator);
    expect(DELEGATION - 2n * BOND - (await votes.getVotes(delegator))).to.be.within(0n, 1n);
    expect(await votes.getVotes(operator)).to.equal(0n);
  });

  it("whoever counts already is counted on when delegating anew after leaving", async function () {
    const { staking, votes, operator, delegator } = await load(givenVoters);
    await staking.connect(delegator).undelegate(operator, DELEGATION * PAR);
    await staking.connect(delegator).delegate(operator, BOND, 0n);
    expect(await votes.getVotes(delegator)).to.equal(BOND);
  });
});

async function supplyOf(token: { getFunction(name: string): () => Promise<unknown> }): Promise<unknown> {
  return token.getFunction("totalSupply")();
}
