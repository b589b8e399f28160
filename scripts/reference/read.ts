import { readFile } from "node:fs/promises";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { SuiteError } from "../../sdk/errors.ts";
import { idsOf, isNode, nodesOf, textOf, walk, type Node, type Tree } from "./ast.ts";
import { describeContract, type ContractPage } from "./contract.ts";

/** The parts of a build info that are read here. */
type Output = { readonly output: { readonly sources: Readonly<Record<string, { readonly ast: unknown }>> } };
type Input = { readonly input: { readonly sources: Readonly<Record<string, { readonly content: string }>> } };

/** Describes every contract of ours that is compiled, but for examples and for interfaces that another contract here describes. */
export async function readPages({ artifacts }: HardhatRuntimeEnvironment): Promise<readonly ContractPage[]> {
  const names = [...(await artifacts.getAllFullyQualifiedNames())].filter(isDescribed).sort();
  const trees = new Map<string, Tree>();
  const found: { readonly tree: Tree; readonly node: Node }[] = [];
  for (const name of names) {
    const id = (await artifacts.getBuildInfoId(name)) ?? "";
    const tree = trees.get(id) ?? (await readTree(await pathsOf(artifacts, id)));
    trees.set(id, tree);
    const node = [...tree.byId.values()].find((node) => isNamed(tree, node, name));
    if (node === undefined) throw notBuilt(name);
    found.push({ tree, node });
  }
  const inherited = new Set(found.flatMap(({ tree, node }) => basesOf(tree, node)));
  return found
    .filter(({ node }) => textOf(node, "contractKind") !== "interface" || !inherited.has(textOf(node, "name")))
    .map(({ tree, node }) => describeContract(tree, node))
    .sort((left, right) => left.name.localeCompare(right.name, "en"));
}

function isDescribed(name: string): boolean {
  return name.startsWith("contracts/") && !name.startsWith("contracts/examples/") && !name.includes(".t.sol:");
}

/** By name, since ids differ from one compilation to the next. */
function basesOf(tree: Tree, node: Node): readonly string[] {
  const [, ...bases] = idsOf(node, "linearizedBaseContracts");
  return bases.map((id) => textOf(tree.byId.get(id), "name"));
}

function isNamed(tree: Tree, node: Node, fullName: string): boolean {
  if (node.nodeType !== "ContractDefinition") return false;
  return `${tree.pathOf.get(node.id) ?? ""}:${textOf(node, "name")}` === `project/${fullName}`;
}

async function pathsOf(
  artifacts: HardhatRuntimeEnvironment["artifacts"],
  id: string,
): Promise<{ readonly output: string; readonly input: string }> {
  const [output, input] = [await artifacts.getBuildInfoOutputPath(id), await artifacts.getBuildInfoPath(id)];
  if (output === undefined || input === undefined) throw notBuilt(`build info ${id}`);
  return { output, input };
}

async function readTree(paths: { readonly output: string; readonly input: string }): Promise<Tree> {
  const { output } = JSON.parse(await readFile(paths.output, "utf8")) as Output;
  const { input } = JSON.parse(await readFile(paths.input, "utf8")) as Input;
  const byId = new Map<number, Node>();
  const pathOf = new Map<number, string>();
  for (const [path, { ast }] of Object.entries(output.sources)) {
    if (!isNode(ast)) continue;
    for (const node of walk(ast)) byId.set(node.id, node);
    for (const contract of nodesOf(ast, "nodes")) pathOf.set(contract.id, path);
  }
  return { byId, pathOf, sourceOf: (path) => Buffer.from(input.sources[path]?.content ?? "") };
}

function notBuilt(what: string): SuiteError {
  return new SuiteError({
    code: "NOT_BUILT",
    what: `the compiler's output has no ${what}`,
    next: "run: npm run build",
  });
}
