import type { SuiteAddresses } from "../../sdk/addresses.ts";

/** A TypeScript file of the package that is made anew each time. */
export type Source = { readonly file: string; readonly text: string };

/** One contract's ABI, as the compiler gives it. */
export type NamedAbi = { readonly name: string; readonly abi: readonly unknown[] };

/** One deployment, as integrators look it up. */
export type Deployment = {
  readonly chainId: bigint;
  /** The block of the first contract: where a reader of events begins. */
  readonly firstBlock: number;
  readonly addresses: SuiteAddresses;
};

/** `inferenceMarketAbi` for `InferenceMarket`, `opgAbi` for `OPG`, `iModelRegistryAbi` for `IModelRegistry`. */
export function abiName(contract: string): string {
  const lower = contract.replace(/^[A-Z]+(?=[A-Z][a-z]|$)|^[A-Z]/, (capitals) => capitals.toLowerCase());
  return `${lower}Abi`;
}

/** One module for each ABI, literal to the last word so that viem can infer from it, and the module that exports them all. */
export function abiSources(contracts: readonly NamedAbi[]): readonly Source[] {
  const modules = contracts.map(({ name, abi }) => ({
    file: `abi/${name}.ts`,
    text: `export const ${abiName(name)} = ${JSON.stringify(abi, null, 2)} as const;\n`,
  }));
  const exports = contracts.map(({ name }) => `export { ${abiName(name)} } from "./${name}.ts";\n`);
  return [...modules, { file: "abi/index.ts", text: exports.join("") }];
}

/** The address book of every chain: `addresses[chainId].market`, and `firstBlocks[chainId]`. */
export function addressSource(deployments: readonly Deployment[]): Source {
  const table = (name: string, type: string, value: (deployment: Deployment) => unknown): string => {
    const rows = deployments.map((deployment) => `  ${deployment.chainId}: ${JSON.stringify(value(deployment))},\n`);
    return `export const ${name}: Readonly<Partial<Record<number, ${type}>>> = {\n${rows.join("")}};\n`;
  };
  const text = [
    `import type { SuiteAddresses } from "../addresses.ts";\n`,
    "/** Where the suite is, by chain id; absent where it is not. */",
    table("addresses", "SuiteAddresses", ({ addresses }) => addresses),
    "/** The block of the first contract, by chain id: where a reader of events begins. */",
    table("firstBlocks", "number", ({ firstBlock }) => firstBlock),
  ];
  return { file: "addresses.ts", text: text.join("\n") };
}
