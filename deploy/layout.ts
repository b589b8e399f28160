import { concat, getCreateAddress } from "ethers";

import { FACTORIES } from "../sdk/factories.ts";
import type { BookEntry } from "./address-book.ts";
import { CONTRACT_NAMES, CONTRACTS, type ContractName, type Origin, type Wire } from "./contracts.ts";
import { addressOf } from "./factory.ts";
import type { NetworkParameters } from "./parameters.ts";

/** A contract in its place, on the chain or not. */
export type Placed = {
  readonly name: ContractName;
  readonly address: string;
  readonly wires: readonly Wire[];
  readonly origin: PlacedOrigin;
};

/** Created by the factory, by another contract in its constructor, or there before the suite. */
export type PlacedOrigin =
  | { readonly kind: "factory"; readonly initCode: string }
  | { readonly kind: "born"; readonly of: ContractName }
  | { readonly kind: "existing" };

/** Every contract of a suite in its place, in the order of deployment. */
export type Layout = {
  readonly deployer: string;
  readonly contracts: readonly Placed[];
  readonly at: (name: ContractName) => string;
};

/** The same parameters and deployer give the same places on every chain: the deployer counts as the access manager's first ADMIN. */
export function layOut(settings: NetworkParameters, deployer: string): Layout {
  const { opg } = settings;
  const places = new Map<ContractName, string>();
  const at = lookUp(places);
  const origin = originOf(settings, deployer, at);

  const contracts = CONTRACT_NAMES.map((name): Placed => {
    const placed = name === "opg" && opg.kind === "existing" ? placeExisting(name, opg.address) : place(name, origin);
    places.set(name, placed.address);
    return placed;
  });
  return { deployer, contracts, at };
}

/** What constructors are told when the contracts are where `at` says. */
export function originOf({ opg, parameters }: NetworkParameters, deployer: string, at: Origin["at"]): Origin {
  const holder = opg.kind === "new" && opg.holder !== undefined ? opg.holder : deployer;
  return {
    deployer,
    holder,
    burnable: opg.kind === "new" || opg.burnable,
    tokenVotes: opg.kind === "new" || opg.votes,
    parameters,
    at,
  };
}

/** Reads `places`, which may still be filling. */
export function lookUp(places: ReadonlyMap<ContractName, string>): (name: ContractName) => string {
  return (name) => {
    const address = places.get(name);
    if (address === undefined) throw new Error(`${name} must stand above the contracts that are told about it`);
    return address;
  };
}

function place(name: ContractName, origin: Origin): Placed {
  const { wires, bornOf } = CONTRACTS[name];
  const told = wires(origin);
  if (bornOf !== undefined) {
    const address = birthplace(origin.at(bornOf.name), bornOf.nonce);
    return { name, address, wires: told, origin: { kind: "born", of: bornOf.name } };
  }
  const factory = FACTORIES[name];
  const values = told.map(({ value }) => value);
  const initCode = concat([factory.bytecode, factory.createInterface().encodeDeploy(values)]);
  return { name, address: addressOf(initCode), wires: told, origin: { kind: "factory", initCode } };
}

function placeExisting(name: ContractName, address: string): Placed {
  return { name, address, wires: [], origin: { kind: "existing" } };
}

/** Where a contract creates its `nonce`-th contract. */
export function birthplace(parent: string, nonce: number): string {
  return getCreateAddress({ from: parent, nonce });
}

/** The arguments as an address book has them. */
export function argumentsOf({ wires }: Placed): BookEntry["arguments"] {
  return wires.map(({ value }) => (typeof value === "bigint" ? value.toString() : value));
}
