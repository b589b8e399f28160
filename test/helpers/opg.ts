import type { ContractTransactionResponse, Signer, TypedDataDomain } from "ethers";
import { dataSlice, TypedDataEncoder } from "ethers";

import type { OPG } from "../../sdk/generated/index.ts";

export type Payment = {
  readonly from: string;
  readonly to: string;
  readonly value: bigint;
  readonly validAfter: bigint;
  readonly validBefore: bigint;
  readonly nonce: string;
};

export type Cancellation = { readonly authorizer: string; readonly nonce: string };

const PAYMENT = [
  { name: "from", type: "address" },
  { name: "to", type: "address" },
  { name: "value", type: "uint256" },
  { name: "validAfter", type: "uint256" },
  { name: "validBefore", type: "uint256" },
  { name: "nonce", type: "bytes32" },
];

export const TYPES = {
  TransferWithAuthorization: PAYMENT,
  ReceiveWithAuthorization: PAYMENT,
  CancelAuthorization: [
    { name: "authorizer", type: "address" },
    { name: "nonce", type: "bytes32" },
  ],
  Permit: [
    { name: "owner", type: "address" },
    { name: "spender", type: "address" },
    { name: "value", type: "uint256" },
    { name: "nonce", type: "uint256" },
    { name: "deadline", type: "uint256" },
  ],
  Delegation: [
    { name: "delegatee", type: "address" },
    { name: "nonce", type: "uint256" },
    { name: "expiry", type: "uint256" },
  ],
} as const;

export type PrimaryType = keyof typeof TYPES;

/** The EIP-712 types of one message, in the shape that ethers takes. */
export function typesOf(primaryType: PrimaryType): Record<string, { name: string; type: string }[]> {
  return { [primaryType]: [...TYPES[primaryType]] };
}

export async function domainOf(opg: OPG): Promise<TypedDataDomain> {
  const { name, version, chainId, verifyingContract } = await opg.eip712Domain();
  return { name, version, chainId, verifyingContract };
}

export async function sign(
  signer: Signer,
  domain: TypedDataDomain,
  primaryType: PrimaryType,
  message: Record<string, unknown>,
): Promise<string> {
  return signer.signTypedData(domain, typesOf(primaryType), message);
}

export function digestOf(domain: TypedDataDomain, primaryType: PrimaryType, message: Record<string, unknown>): string {
  return TypedDataEncoder.hash(domain, typesOf(primaryType), message);
}

/** Splits without judging: malformed signatures must reach the contract. */
export function split(signature: string): { readonly v: number; readonly r: string; readonly s: string } {
  return { r: dataSlice(signature, 0, 32), s: dataSlice(signature, 32, 64), v: Number(dataSlice(signature, 64, 65)) };
}

const CURVE_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

/** The other signature that the same key would have: s mirrored on the curve's order, v flipped. */
export function mirrored(signature: string): string {
  const { v, r, s } = split(signature);
  const high = (CURVE_ORDER - BigInt(s)).toString(16).padStart(64, "0");
  return `${r}${high}${(v === 27 ? 28 : 27).toString(16)}`;
}

/** One way to hand a signature to the token. */
export type Overload = {
  readonly name: string;
  readonly transfer: (opg: OPG, payment: Payment, signature: string) => Promise<ContractTransactionResponse>;
  readonly receive: (opg: OPG, payment: Payment, signature: string) => Promise<ContractTransactionResponse>;
  readonly cancel: (opg: OPG, cancellation: Cancellation, signature: string) => Promise<ContractTransactionResponse>;
};

const fieldsOf = ({ from, to, value, validAfter, validBefore, nonce }: Payment) =>
  [from, to, value, validAfter, validBefore, nonce] as const;

export const byParts: Overload = {
  name: "v, r, s",
  async transfer(opg, payment, signature) {
    const { v, r, s } = split(signature);
    return opg["transferWithAuthorization(address,address,uint256,uint256,uint256,bytes32,uint8,bytes32,bytes32)"](
      ...fieldsOf(payment),
      v,
      r,
      s,
    );
  },
  async receive(opg, payment, signature) {
    const { v, r, s } = split(signature);
    return opg["receiveWithAuthorization(address,address,uint256,uint256,uint256,bytes32,uint8,bytes32,bytes32)"](
      ...fieldsOf(payment),
      v,
      r,
      s,
    );
  },
  async cancel(opg, { authorizer, nonce }, signature) {
    const { v, r, s } = split(signature);
    return opg["cancelAuthorization(address,bytes32,uint8,bytes32,bytes32)"](authorizer, nonce, v, r, s);
  },
};

export const byBytes: Overload = {
  name: "bytes",
  async transfer(opg, payment, signature) {
    return opg["transferWithAuthorization(address,address,uint256,uint256,uint256,bytes32,bytes)"](
      ...fieldsOf(payment),
      signature,
    );
  },
  async receive(opg, payment, signature) {
    return opg["receiveWithAuthorization(address,address,uint256,uint256,uint256,bytes32,bytes)"](
      ...fieldsOf(payment),
      signature,
    );
  },
  async cancel(opg, { authorizer, nonce }, signature) {
    return opg["cancelAuthorization(address,bytes32,bytes)"](authorizer, nonce, signature);
  },
};
