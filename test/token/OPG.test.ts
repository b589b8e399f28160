import { expect } from "chai";
import {
  FunctionFragment,
  getCreateAddress,
  id,
  parseEther,
  recoverAddress,
  TypedDataEncoder,
  Wallet,
  ZeroAddress,
} from "ethers";

import { actors, ethers, networkHelpers } from "../helpers/network.ts";
import type { Payment } from "../helpers/opg.ts";
import { byBytes, byParts, digestOf, domainOf, mirrored, sign, split, TYPES, typesOf } from "../helpers/opg.ts";
import vectors from "../vectors/opg-eip712.json" with { type: "json" };

const { time } = networkHelpers;

const SUPPLY = parseEther("1000000000");
const FUNDS = parseEther("1000");
const AMOUNT = parseEther("0.25");
const FAR = 4_102_444_800n;

async function givenToken() {
  const { holder, payer, payee, stranger } = await actors("holder", "payer", "payee", "stranger");
  const opg = await ethers.deployContract("OPG", [holder.address]);
  await opg.transfer(payer, FUNDS);
  const domain = await domainOf(opg);
  const payment: Payment = {
    from: payer.address,
    to: payee.address,
    value: AMOUNT,
    validAfter: 0n,
    validBefore: FAR,
    nonce: id("a nonce"),
  };
  return { opg, domain, payment, holder, payer, payee, stranger };
}

async function givenSmartAccount() {
  const world = await givenToken();
  const wallet = await ethers.deployContract("ERC1271Wallet__Mock", [world.payer.address]);
  const account = await wallet.getAddress();
  await world.opg.connect(world.payer).transfer(account, FUNDS);
  return { ...world, account, payment: { ...world.payment, from: account } };
}

/** What {ERC1271Wallet__Mock} wants to see. */
const forSmartAccount = (signature: string) => `0x01${signature.slice(2)}`;

describe("OPG", function () {
  describe("supply", function () {
    it("threat 78: exists whole from the start, with the holder, and there is no way to mint", async function () {
      const { holder } = await actors("holder");
      const opg = await ethers.deployContract("OPG", [holder.address]);

      expect([await opg.name(), await opg.symbol(), await opg.decimals()]).to.deep.equal(["OpenGradient", "OPG", 18n]);
      expect([await opg.totalSupply(), await opg.balanceOf(holder)]).to.deep.equal([SUPPLY, SUPPLY]);
      await expect(opg.deploymentTransaction()).to.emit(opg, "Transfer").withArgs(ZeroAddress, holder, SUPPLY);
      const writers = opg.interface.fragments.filter(
        (fragment): fragment is FunctionFragment => fragment instanceof FunctionFragment && !fragment.constant,
      );
      expect([...new Set(writers.map(({ name }) => name))].sort()).to.deep.equal([
        "approve",
        "burn",
        "burnFrom",
        "cancelAuthorization",
        "delegate",
        "delegateBySig",
        "permit",
        "receiveWithAuthorization",
        "transfer",
        "transferFrom",
        "transferWithAuthorization",
      ]);
    });

    it("is refused without a holder", async function () {
      const factory = await ethers.getContractFactory("OPG");
      await expect(factory.deploy(ZeroAddress))
        .to.be.revertedWithCustomError(factory, "ERC20InvalidReceiver")
        .withArgs(ZeroAddress);
    });

    it("shrinks when a holder burns", async function () {
      const { opg, payer } = await networkHelpers.loadFixture(givenToken);
      const tx = opg.connect(payer).burn(AMOUNT);

      await expect(tx).to.emit(opg, "Transfer").withArgs(payer, ZeroAddress, AMOUNT);
      await expect(tx).to.changeTokenBalance(ethers, opg, payer, -AMOUNT);
      expect(await opg.totalSupply()).to.equal(SUPPLY - AMOUNT);
    });

    it("lets others burn only what they were allowed", async function () {
      const { opg, payer, stranger } = await networkHelpers.loadFixture(givenToken);
      await opg.connect(payer).approve(stranger, AMOUNT);

      await expect(opg.connect(stranger).burnFrom(payer, AMOUNT + 1n))
        .to.be.revertedWithCustomError(opg, "ERC20InsufficientAllowance")
        .withArgs(stranger, AMOUNT, AMOUNT + 1n);
      await expect(opg.connect(stranger).burnFrom(payer, AMOUNT)).to.changeTokenBalance(ethers, opg, payer, -AMOUNT);
      expect([await opg.totalSupply(), await opg.allowance(payer, stranger)]).to.deep.equal([SUPPLY - AMOUNT, 0n]);
    });
  });

  describe("signed bytes", function () {
    const signer = new Wallet(vectors.privateKey, ethers.provider);
    const primaryTypes = [
      "Permit",
      "Delegation",
      "TransferWithAuthorization",
      "ReceiveWithAuthorization",
      "CancelAuthorization",
    ] as const;

    /** The token at the address that the vectors name: the first contract of their signer. */
    async function givenTokenOfVectors() {
      const { holder, payee } = await actors("holder", "payee");
      await holder.sendTransaction({ to: signer.address, value: parseEther("10") });
      const opg = await ethers.deployContract("OPG", [signer.address], signer);
      return { opg, payee };
    }

    for (const primaryType of primaryTypes) {
      it(`threat 52: ${primaryType} hashes to its golden vector in ethers`, async function () {
        const { type, fields, message, typeHash, structHash, digest, signature } = vectors.messages[primaryType];
        const encoder = TypedDataEncoder.from(typesOf(primaryType));

        expect(fields).to.deep.equal(TYPES[primaryType]);
        expect([type, typeHash]).to.deep.equal([encoder.encodeType(primaryType), id(type)]);
        expect(structHash).to.equal(encoder.hashStruct(primaryType, message));
        expect(digest).to.equal(digestOf(vectors.domain, primaryType, message));
        expect(signature).to.equal(await sign(signer, vectors.domain, primaryType, message));
        expect(recoverAddress(digest, signature)).to.equal(vectors.signer);
      });
    }

    it("threat 52: the token has the domain of the golden vectors", async function () {
      const { opg } = await networkHelpers.loadFixture(givenTokenOfVectors);

      expect(await opg.getAddress()).to.equal(vectors.domain.verifyingContract);
      expect(getCreateAddress({ from: vectors.signer, nonce: 0 })).to.equal(vectors.domain.verifyingContract);
      expect(TypedDataEncoder.hashDomain(vectors.domain)).to.equal(vectors.domainSeparator);
      expect(await opg.DOMAIN_SEPARATOR()).to.equal(vectors.domainSeparator);
      expect(await opg.version()).to.equal(vectors.domain.version);
      const [, name, version, chainId, verifyingContract, salt, extensions] = await opg.eip712Domain();
      expect({ name, version, chainId, verifyingContract }).to.deep.equal({ ...vectors.domain, chainId: 31337n });
      expect([salt, extensions]).to.deep.equal([ethers.ZeroHash, []]);
    });

    it("threat 52: the token accepts the golden signatures of Permit and Delegation", async function () {
      const { opg, payee } = await networkHelpers.loadFixture(givenTokenOfVectors);
      const permit = vectors.messages.Permit;
      const delegation = vectors.messages.Delegation;
      const { v, r, s } = split(permit.signature);

      await expect(
        opg
          .connect(payee)
          .permit(permit.message.owner, permit.message.spender, permit.message.value, permit.message.deadline, v, r, s),
      )
        .to.emit(opg, "Approval")
        .withArgs(permit.message.owner, permit.message.spender, permit.message.value);
      const parts = split(delegation.signature);
      await expect(
        opg
          .connect(payee)
          .delegateBySig(
            delegation.message.delegatee,
            delegation.message.nonce,
            delegation.message.expiry,
            parts.v,
            parts.r,
            parts.s,
          ),
      )
        .to.emit(opg, "DelegateChanged")
        .withArgs(vectors.signer, ZeroAddress, delegation.message.delegatee);
    });

    for (const overload of [byParts, byBytes]) {
      it(`threat 52: the token accepts the golden signatures of ERC-3009 as ${overload.name}`, async function () {
        const { opg, payee } = await networkHelpers.loadFixture(givenTokenOfVectors);
        const transfer = vectors.messages.TransferWithAuthorization;
        const receive = vectors.messages.ReceiveWithAuthorization;
        const cancel = vectors.messages.CancelAuthorization;

        for (const [send, { message, signature }] of [
          [overload.transfer, transfer],
          [overload.receive, receive],
        ] as const) {
          const { value, validAfter, validBefore } = message;
          const payment = {
            ...message,
            value: BigInt(value),
            validAfter: BigInt(validAfter),
            validBefore: BigInt(validBefore),
          };
          const tx = send(opg.connect(payee), payment, signature);
          await expect(tx).to.emit(opg, "AuthorizationUsed").withArgs(message.from, message.nonce);
          await expect(tx).to.changeTokenBalances(ethers, opg, [signer, payee], [-payment.value, payment.value]);
        }
        await expect(overload.cancel(opg.connect(payee), cancel.message, cancel.signature))
          .to.emit(opg, "AuthorizationCanceled")
          .withArgs(vectors.signer, cancel.message.nonce);
      });
    }

    it("has the selectors that payment clients call", async function () {
      const { opg } = await networkHelpers.loadFixture(givenToken);
      const selectors = {
        "transferWithAuthorization(address,address,uint256,uint256,uint256,bytes32,uint8,bytes32,bytes32)":
          "0xe3ee160e",
        "transferWithAuthorization(address,address,uint256,uint256,uint256,bytes32,bytes)": "0xcf092995",
        "receiveWithAuthorization(address,address,uint256,uint256,uint256,bytes32,uint8,bytes32,bytes32)": "0xef55bec6",
        "receiveWithAuthorization(address,address,uint256,uint256,uint256,bytes32,bytes)": "0x88b7ab63",
        "cancelAuthorization(address,bytes32,uint8,bytes32,bytes32)": "0x5a049a70",
        "cancelAuthorization(address,bytes32,bytes)": "0xb7b72899",
        "authorizationState(address,bytes32)": "0xe94a0102",
        "version()": "0x54fd4d50",
      };
      for (const [signature, selector] of Object.entries(selectors)) {
        const found = opg.interface.fragments.find(
          (fragment) => fragment instanceof FunctionFragment && fragment.selector === selector,
        );
        expect(found?.format("sighash")).to.equal(signature);
      }
    });
  });

  describe("permit", function () {
    async function givenPermit() {
      const world = await givenToken();
      const message = {
        owner: world.payer.address,
        spender: world.stranger.address,
        value: AMOUNT,
        nonce: 0n,
        deadline: FAR,
      };
      const permit = async (signature: string, deadline = message.deadline) => {
        const { v, r, s } = split(signature);
        return world.opg.permit(message.owner, message.spender, message.value, deadline, v, r, s);
      };
      return { ...world, message, permit };
    }

    it("is refused a second after its deadline, accepted at it", async function () {
      const { opg, domain, message, permit, payer } = await networkHelpers.loadFixture(givenPermit);
      const deadline = BigInt(await time.latest()) + 100n;
      const signature = await sign(payer, domain, "Permit", { ...message, deadline });

      const snapshot = await networkHelpers.takeSnapshot();
      await time.setNextBlockTimestamp(deadline + 1n);
      await expect(permit(signature, deadline))
        .to.be.revertedWithCustomError(opg, "ERC2612ExpiredSignature")
        .withArgs(deadline);
      await snapshot.restore();
      await time.setNextBlockTimestamp(deadline);
      await expect(permit(signature, deadline))
        .to.emit(opg, "Approval")
        .withArgs(message.owner, message.spender, AMOUNT);
    });

    it("is refused from another signer", async function () {
      const { opg, domain, message, permit, stranger } = await networkHelpers.loadFixture(givenPermit);
      await expect(permit(await sign(stranger, domain, "Permit", message)))
        .to.be.revertedWithCustomError(opg, "ERC2612InvalidSigner")
        .withArgs(stranger, message.owner);
    });

    it("threat 51: is refused a second time and for another chain or contract", async function () {
      const { opg, domain, message, permit, payer } = await networkHelpers.loadFixture(givenPermit);
      const refuse = async (signature: string, nonce: bigint) => {
        const recovered = recoverAddress(digestOf(domain, "Permit", { ...message, nonce }), signature);
        await expect(permit(signature))
          .to.be.revertedWithCustomError(opg, "ERC2612InvalidSigner")
          .withArgs(recovered, message.owner);
      };

      await refuse(await sign(payer, { ...domain, chainId: 1n }, "Permit", message), 0n);
      await refuse(await sign(payer, { ...domain, verifyingContract: payer.address }, "Permit", message), 0n);
      const signature = await sign(payer, domain, "Permit", message);
      await permit(signature);
      expect(await opg.nonces(payer)).to.equal(1n);
      expect(await opg.allowance(payer, message.spender)).to.equal(AMOUNT);
      await refuse(signature, 1n);
    });

    it("threat 54: is refused with the mirrored signature", async function () {
      const { opg, domain, message, permit, payer } = await networkHelpers.loadFixture(givenPermit);
      const signature = mirrored(await sign(payer, domain, "Permit", message));
      await expect(permit(signature))
        .to.be.revertedWithCustomError(opg, "ECDSAInvalidSignatureS")
        .withArgs(split(signature).s);
    });
  });

  for (const overload of [byParts, byBytes]) {
    describe(`authorizations as ${overload.name}`, function () {
      const other = overload === byParts ? byBytes : byParts;

      it("threat 40: pay by anybody's hand, once, and count for who signed them", async function () {
        const { opg, domain, payment, payer, payee, stranger } = await networkHelpers.loadFixture(givenToken);
        const signature = await sign(payer, domain, "TransferWithAuthorization", payment);
        expect(await opg.authorizationState(payer, payment.nonce)).to.equal(false);
        const tx = overload.transfer(opg.connect(stranger), payment, signature);

        await expect(tx).to.emit(opg, "AuthorizationUsed").withArgs(payer, payment.nonce);
        await expect(tx).to.emit(opg, "Transfer").withArgs(payer, payee, AMOUNT);
        await expect(tx).to.changeTokenBalances(ethers, opg, [payer, payee, stranger], [-AMOUNT, AMOUNT, 0n]);
        expect(await opg.authorizationState(payer, payment.nonce)).to.equal(true);
        expect(await opg.authorizationState(payee, payment.nonce)).to.equal(false);
      });

      it("threat 51: are spent for both overloads and for both ways to pay", async function () {
        const { opg, domain, payment, payer, payee } = await networkHelpers.loadFixture(givenToken);
        const transfer = await sign(payer, domain, "TransferWithAuthorization", payment);
        const receive = await sign(payer, domain, "ReceiveWithAuthorization", payment);
        await overload.transfer(opg.connect(payee), payment, transfer);

        for (const replay of [
          () => overload.transfer(opg.connect(payee), payment, transfer),
          () => other.transfer(opg.connect(payee), payment, transfer),
          () => overload.receive(opg.connect(payee), payment, receive),
          () => other.receive(opg.connect(payee), payment, receive),
        ]) {
          await expect(replay())
            .to.be.revertedWithCustomError(opg, "ERC3009UsedAuthorization")
            .withArgs(payer, payment.nonce);
        }
        expect(await opg.balanceOf(payee)).to.equal(AMOUNT);
      });

      it("take nonces in any order", async function () {
        const { opg, domain, payment, payer, payee } = await networkHelpers.loadFixture(givenToken);
        const payments = [id("z"), id("a"), ethers.ZeroHash, `0x${"f".repeat(64)}`].map((nonce) => ({
          ...payment,
          nonce,
        }));
        for (const each of payments) {
          await overload.transfer(opg, each, await sign(payer, domain, "TransferWithAuthorization", each));
        }
        expect(await opg.balanceOf(payee)).to.equal(AMOUNT * 4n);
      });

      it("threat 55: are refused until a second after validAfter and from validBefore on", async function () {
        const { opg, domain, payment, payer, payee } = await networkHelpers.loadFixture(givenToken);
        const now = BigInt(await time.latest()) + 1_000n;
        const during = { ...payment, validAfter: now - 1n, validBefore: now + 1n };
        const tooEarly = { ...payment, validAfter: now, validBefore: now + 1n };
        const tooLate = { ...payment, validAfter: now - 1n, validBefore: now };

        for (const each of [tooEarly, tooLate]) {
          const signature = await sign(payer, domain, "TransferWithAuthorization", each);
          const snapshot = await networkHelpers.takeSnapshot();
          await time.setNextBlockTimestamp(now);
          await expect(overload.transfer(opg, each, signature))
            .to.be.revertedWithCustomError(opg, "ERC3009InvalidAuthorizationTime")
            .withArgs(each.validAfter, each.validBefore);
          await snapshot.restore();
        }
        const signature = await sign(payer, domain, "TransferWithAuthorization", during);
        await time.setNextBlockTimestamp(now);
        await expect(overload.transfer(opg, during, signature)).to.changeTokenBalance(ethers, opg, payee, AMOUNT);
      });

      it("mean block numbers when both times have bit 47", async function () {
        const { opg, domain, payment, payer, payee } = await networkHelpers.loadFixture(givenToken);
        const flag = 1n << 47n;
        const nextBlock = BigInt(await time.latestBlock()) + 1n;
        const tooLate = { ...payment, validAfter: flag, validBefore: flag | nextBlock };
        const during = { ...payment, validAfter: flag, validBefore: flag | (nextBlock + 1n) };

        const snapshot = await networkHelpers.takeSnapshot();
        await expect(overload.transfer(opg, tooLate, await sign(payer, domain, "TransferWithAuthorization", tooLate)))
          .to.be.revertedWithCustomError(opg, "ERC3009InvalidAuthorizationTime")
          .withArgs(tooLate.validAfter, tooLate.validBefore);
        await snapshot.restore();
        await expect(
          overload.transfer(opg, during, await sign(payer, domain, "TransferWithAuthorization", during)),
        ).to.changeTokenBalance(ethers, opg, payee, AMOUNT);
      });

      it("threat 53: are refused from another signer, and when any signed field was changed", async function () {
        const { opg, domain, payment, payer, payee, stranger } = await networkHelpers.loadFixture(givenToken);
        const signature = await sign(payer, domain, "TransferWithAuthorization", payment);
        const changes: readonly Partial<Payment>[] = [
          { from: stranger.address },
          { to: stranger.address },
          { value: AMOUNT + 1n },
          { validAfter: 1n },
          { validBefore: FAR + 1n },
          { nonce: id("another nonce") },
        ];

        for (const change of changes) {
          await expect(overload.transfer(opg, { ...payment, ...change }, signature)).to.be.revertedWithCustomError(
            opg,
            "ERC3009InvalidSignature",
          );
        }
        const forged = await sign(stranger, domain, "TransferWithAuthorization", payment);
        await expect(overload.transfer(opg, payment, forged)).to.be.revertedWithCustomError(
          opg,
          "ERC3009InvalidSignature",
        );
        expect(await opg.balanceOf(payee)).to.equal(0n);
        expect(await opg.authorizationState(payer, payment.nonce)).to.equal(false);
      });

      it("threat 51: are refused for another chain, contract, name, version or kind of authorization", async function () {
        const { opg, domain, payment, payer, payee } = await networkHelpers.loadFixture(givenToken);
        const domains = [
          { ...domain, chainId: 1n },
          { ...domain, verifyingContract: payee.address },
          { ...domain, name: "OPG" },
          { ...domain, version: "2" },
        ];

        for (const elsewhere of domains) {
          const signature = await sign(payer, elsewhere, "TransferWithAuthorization", payment);
          await expect(overload.transfer(opg, payment, signature)).to.be.revertedWithCustomError(
            opg,
            "ERC3009InvalidSignature",
          );
        }
        const transfer = await sign(payer, domain, "TransferWithAuthorization", payment);
        const receive = await sign(payer, domain, "ReceiveWithAuthorization", payment);
        await expect(overload.receive(opg.connect(payee), payment, transfer)).to.be.revertedWithCustomError(
          opg,
          "ERC3009InvalidSignature",
        );
        await expect(overload.transfer(opg.connect(payee), payment, receive)).to.be.revertedWithCustomError(
          opg,
          "ERC3009InvalidSignature",
        );
        await expect(
          overload.cancel(opg, { authorizer: payment.from, nonce: payment.nonce }, transfer),
        ).to.be.revertedWithCustomError(opg, "ERC3009InvalidSignature");
      });

      it("threat 54: are refused with the mirrored signature, and for the zero address", async function () {
        const { opg, domain, payment, payer } = await networkHelpers.loadFixture(givenToken);
        const high = mirrored(await sign(payer, domain, "TransferWithAuthorization", payment));
        const broken = `0x${"00".repeat(65)}`;

        const nobody = { ...payment, from: ZeroAddress };

        if (overload === byParts) {
          await expect(overload.transfer(opg, payment, high))
            .to.be.revertedWithCustomError(opg, "ECDSAInvalidSignatureS")
            .withArgs(split(high).s);
          await expect(overload.transfer(opg, nobody, broken)).to.be.revertedWithCustomError(
            opg,
            "ECDSAInvalidSignature",
          );
        } else {
          for (const [each, signature] of [
            [payment, high],
            [nobody, broken],
          ] as const) {
            await expect(overload.transfer(opg, each, signature)).to.be.revertedWithCustomError(
              opg,
              "ERC3009InvalidSignature",
            );
          }
        }
      });

      it("leave the nonce unspent when the payer has too little", async function () {
        const { opg, domain, payment, payer } = await networkHelpers.loadFixture(givenToken);
        const tooMuch = { ...payment, value: FUNDS + 1n };
        await expect(overload.transfer(opg, tooMuch, await sign(payer, domain, "TransferWithAuthorization", tooMuch)))
          .to.be.revertedWithCustomError(opg, "ERC20InsufficientBalance")
          .withArgs(payer, FUNDS, FUNDS + 1n);
        expect(await opg.authorizationState(payer, payment.nonce)).to.equal(false);
      });

      it("are received by the payee alone", async function () {
        const { opg, domain, payment, payer, payee, stranger } = await networkHelpers.loadFixture(givenToken);
        const signature = await sign(payer, domain, "ReceiveWithAuthorization", payment);

        await expect(overload.receive(opg.connect(stranger), payment, signature))
          .to.be.revertedWithCustomError(opg, "ERC20InvalidReceiver")
          .withArgs(payee);
        await expect(
          overload.receive(
            opg.connect(payee),
            payment,
            await sign(stranger, domain, "ReceiveWithAuthorization", payment),
          ),
        ).to.be.revertedWithCustomError(opg, "ERC3009InvalidSignature");
        const tx = overload.receive(opg.connect(payee), payment, signature);
        await expect(tx).to.emit(opg, "AuthorizationUsed").withArgs(payer, payment.nonce);
        await expect(tx).to.changeTokenBalances(ethers, opg, [payer, payee], [-AMOUNT, AMOUNT]);
      });

      it("can be cancelled before they are used, by anybody's hand, and then pay no more", async function () {
        const { opg, domain, payment, payer, stranger } = await networkHelpers.loadFixture(givenToken);
        const cancellation = { authorizer: payer.address, nonce: payment.nonce };
        const signature = await sign(payer, domain, "CancelAuthorization", cancellation);

        const forged = await sign(stranger, domain, "CancelAuthorization", cancellation);
        await expect(overload.cancel(opg, cancellation, forged)).to.be.revertedWithCustomError(
          opg,
          "ERC3009InvalidSignature",
        );
        await expect(overload.cancel(opg.connect(stranger), cancellation, signature))
          .to.emit(opg, "AuthorizationCanceled")
          .withArgs(payer, payment.nonce);
        expect(await opg.authorizationState(payer, payment.nonce)).to.equal(true);
        const transfer = await sign(payer, domain, "TransferWithAuthorization", payment);
        for (const late of [
          () => overload.cancel(opg, cancellation, signature),
          () => overload.transfer(opg, payment, transfer),
        ]) {
          await expect(late())
            .to.be.revertedWithCustomError(opg, "ERC3009UsedAuthorization")
            .withArgs(payer, payment.nonce);
        }
        expect(await opg.balanceOf(payer)).to.equal(FUNDS);
      });

      it("cannot be cancelled once they are used", async function () {
        const { opg, domain, payment, payer } = await networkHelpers.loadFixture(givenToken);
        const cancellation = { authorizer: payer.address, nonce: payment.nonce };
        await overload.transfer(opg, payment, await sign(payer, domain, "TransferWithAuthorization", payment));
        await expect(overload.cancel(opg, cancellation, await sign(payer, domain, "CancelAuthorization", cancellation)))
          .to.be.revertedWithCustomError(opg, "ERC3009UsedAuthorization")
          .withArgs(payer, payment.nonce);
      });

      it("threat 47: of an account that has got code since are judged by its key as before", async function () {
        const { opg, domain, payment, payer, payee } = await networkHelpers.loadFixture(givenToken);
        const signature = await sign(payer, domain, "TransferWithAuthorization", payment);
        const code = (await opg.getAddress()).slice(2);
        await networkHelpers.setCode(payer.address, `0xef0100${code}`);

        const tx = overload.transfer(opg, payment, signature);
        await expect(tx).to.changeTokenBalances(ethers, opg, [payer, payee], [-AMOUNT, AMOUNT]);
      });
    });
  }

  describe("authorizations of smart accounts", function () {
    const cases = [
      { primaryType: "TransferWithAuthorization", send: byBytes.transfer },
      { primaryType: "ReceiveWithAuthorization", send: byBytes.receive },
    ] as const;

    for (const { primaryType, send } of cases) {
      it(`pay by ${primaryType}, once`, async function () {
        const { opg, domain, payment, account, payer, payee } = await networkHelpers.loadFixture(givenSmartAccount);
        const signature = forSmartAccount(await sign(payer, domain, primaryType, payment));
        const tx = send(opg.connect(payee), payment, signature);

        await expect(tx).to.emit(opg, "AuthorizationUsed").withArgs(account, payment.nonce);
        await expect(tx).to.changeTokenBalances(ethers, opg, [account, payee, payer], [-AMOUNT, AMOUNT, 0n]);
        await expect(send(opg.connect(payee), payment, signature))
          .to.be.revertedWithCustomError(opg, "ERC3009UsedAuthorization")
          .withArgs(account, payment.nonce);
      });
    }

    it("are cancelled by what the account accepts", async function () {
      const { opg, domain, payment, account, payer } = await networkHelpers.loadFixture(givenSmartAccount);
      const cancellation = { authorizer: account, nonce: payment.nonce };
      const signature = forSmartAccount(await sign(payer, domain, "CancelAuthorization", cancellation));
      await expect(byBytes.cancel(opg, cancellation, signature))
        .to.emit(opg, "AuthorizationCanceled")
        .withArgs(account, payment.nonce);
    });

    it("threat 44: are refused when the account says no, reverts or is asked by v, r, s", async function () {
      const { opg, domain, payment, account, payer, stranger } = await networkHelpers.loadFixture(givenSmartAccount);
      const signature = await sign(payer, domain, "TransferWithAuthorization", payment);
      const forged = forSmartAccount(await sign(stranger, domain, "TransferWithAuthorization", payment));

      for (const refused of [
        () => byBytes.transfer(opg, payment, forged),
        () => byBytes.transfer(opg, payment, signature),
        () => byBytes.transfer(opg, payment, "0x"),
        () => byParts.transfer(opg, payment, signature),
      ]) {
        await expect(refused()).to.be.revertedWithCustomError(opg, "ERC3009InvalidSignature");
      }
      expect(await opg.balanceOf(account)).to.equal(FUNDS);
    });

    it("are refused from an account without code that never answers", async function () {
      const { opg, domain, payment, payer, stranger } = await networkHelpers.loadFixture(givenToken);
      const signature = forSmartAccount(await sign(payer, domain, "TransferWithAuthorization", payment));
      for (const from of [payer.address, stranger.address, ZeroAddress]) {
        await expect(byBytes.transfer(opg, { ...payment, from }, signature)).to.be.revertedWithCustomError(
          opg,
          "ERC3009InvalidSignature",
        );
      }
    });
  });

  describe("votes", function () {
    it("are counted by unix seconds", async function () {
      const { opg } = await networkHelpers.loadFixture(givenToken);
      expect(await opg.clock()).to.equal(BigInt(await time.latest()));
      expect(await opg.CLOCK_MODE()).to.equal("mode=timestamp");
    });

    it("count once delegated, follow the balance and remember the past", async function () {
      const { opg, payer, payee, stranger } = await networkHelpers.loadFixture(givenToken);
      expect(await opg.getVotes(payer)).to.equal(0n);
      const tx = opg.connect(payer).delegate(stranger);
      await expect(tx).to.emit(opg, "DelegateChanged").withArgs(payer, ZeroAddress, stranger);
      await expect(tx).to.emit(opg, "DelegateVotesChanged").withArgs(stranger, 0n, FUNDS);
      const then = await time.latest();

      await expect(opg.connect(payer).transfer(payee, AMOUNT))
        .to.emit(opg, "DelegateVotesChanged")
        .withArgs(stranger, FUNDS, FUNDS - AMOUNT);
      await opg.connect(payer).burn(AMOUNT);
      expect(await opg.getVotes(stranger)).to.equal(FUNDS - 2n * AMOUNT);
      expect(await opg.getPastVotes(stranger, then)).to.equal(FUNDS);
      expect(await opg.getPastTotalSupply(then)).to.equal(SUPPLY);
      await time.increase(1);
      expect(await opg.getPastTotalSupply((await time.latest()) - 1)).to.equal(SUPPLY - AMOUNT);
      expect([await opg.delegates(payer), await opg.numCheckpoints(stranger)]).to.deep.equal([stranger.address, 3n]);
    });

    it("are not told of the future", async function () {
      const { opg, payer } = await networkHelpers.loadFixture(givenToken);
      const now = await time.latest();
      await expect(opg.getPastVotes(payer, now))
        .to.be.revertedWithCustomError(opg, "ERC5805FutureLookup")
        .withArgs(now, now);
    });

    it("threat 51: are delegated by signature once, before it expires, by the signer's own nonce", async function () {
      const { opg, domain, payer, stranger } = await networkHelpers.loadFixture(givenToken);
      const message = { delegatee: stranger.address, nonce: 0n, expiry: BigInt(await time.latest()) + 100n };
      const { v, r, s } = split(await sign(payer, domain, "Delegation", message));
      const delegate = () => opg.delegateBySig(message.delegatee, message.nonce, message.expiry, v, r, s);

      await expect(delegate()).to.emit(opg, "DelegateVotesChanged").withArgs(stranger, 0n, FUNDS);
      await expect(delegate()).to.be.revertedWithCustomError(opg, "InvalidAccountNonce").withArgs(payer, 1n);
      await time.increaseTo(message.expiry);
      await expect(delegate()).to.be.revertedWithCustomError(opg, "VotesExpiredSignature").withArgs(message.expiry);
    });
  });
});
