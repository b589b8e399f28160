import { idsOf, nodeOf, nodesOf, spanOf, textOf, typeOf, type Node, type Tree } from "./ast.ts";
import { natspecOf, parseNatspec, type Natspec } from "./natspec.ts";
import { reachOf } from "./reach.ts";

export type Parameter = { readonly type: string; readonly name: string; readonly text: string };

/** A function, an event or an error. */
export type Entry = {
  readonly name: string;
  readonly signature: string;
  readonly natspec: Natspec;
  /** The contract that declares it, and whether that is one of ours. */
  readonly home: string;
  readonly ours: boolean;
};

export type FunctionEntry = Entry & {
  readonly inputs: readonly Parameter[];
  readonly outputs: readonly Parameter[];
  readonly mutability: string;
  /** Modifiers as they are written. */
  readonly guards: readonly string[];
  readonly events: readonly string[];
  readonly errors: readonly string[];
  /** Functions of other contracts, `IComputeStaking.lock`. */
  readonly calls: readonly string[];
};

/** A public variable: a constant, or what the deployment decided. */
export type Setting = { readonly name: string; readonly type: string; readonly value: string; readonly text: string };

/** A struct or an enum. */
export type TypeEntry = Entry & { readonly members: readonly Parameter[] };

export type ContractPage = {
  readonly name: string;
  readonly path: string;
  readonly natspec: Natspec;
  readonly functions: readonly FunctionEntry[];
  readonly settings: readonly Setting[];
  readonly types: readonly TypeEntry[];
  readonly events: readonly Entry[];
  readonly errors: readonly Entry[];
};

const OURS = "project/contracts/";

/** Everything public about a contract: what it declares and what it inherits, most derived first. */
export function describeContract(tree: Tree, contract: Node): ContractPage {
  const bases = idsOf(contract, "linearizedBaseContracts").flatMap((id) => tree.byId.get(id) ?? []);
  const members = bases.flatMap((base) => nodesOf(base, "nodes").map((node) => ({ node, base })));
  const unique = (entries: readonly { readonly node: Node; readonly base: Node }[], key: (node: Node) => string) =>
    [...new Map([...entries].reverse().map((entry) => [key(entry.node), entry])).values()].reverse();
  const visible = unique(
    members.filter(({ node }) => textOf(node, "functionSelector") !== ""),
    (node) => textOf(node, "functionSelector"),
  );
  const entries = (nodeType: string): readonly Entry[] =>
    members.filter(({ node }) => node.nodeType === nodeType).map(({ node, base }) => entryOf(tree, node, base));
  return {
    name: textOf(contract, "name"),
    path: pathOf(tree, contract).replace(/^project\//, ""),
    natspec: contractNatspec(bases),
    functions: visible
      .filter(({ node }) => node.nodeType === "FunctionDefinition")
      .map(({ node, base }) => functionOf(tree, bases, node, base)),
    settings: visible
      .filter(({ node }) => node.nodeType === "VariableDeclaration")
      .map(({ node, base }) => settingOf(tree, node, base)),
    types: members
      .filter(({ node, base }) => isType(node) && textOf(base, "contractKind") === "interface")
      .map(({ node, base }) => typeEntryOf(tree, node, base)),
    events: entries("EventDefinition"),
    errors: entries("ErrorDefinition"),
  };
}

/** The contract's own words, unless they only point to its interface, `See {IThat}.`: then both. */
function contractNatspec(bases: readonly Node[]): Natspec {
  const [own = EMPTY, ...others] = bases.map((base) => ({
    name: textOf(base, "name"),
    natspec: parseNatspec(textOf(nodeOf(base, "documentation"), "text")),
  }));
  const pointed = others.find(({ name }) => own.natspec.notice.startsWith(`See {${name}}`));
  if (pointed === undefined) return own.natspec;
  const { notice, dev } = pointed.natspec;
  return { ...own.natspec, notice, dev: [dev, own.natspec.dev].filter(Boolean).join("\n\n") };
}

const EMPTY = { name: "", natspec: parseNatspec("") };

function entryOf(tree: Tree, node: Node, base: Node): Entry {
  const name = textOf(node, "name");
  return {
    name,
    signature: `${name}(${listOf(nodeOf(node, "parameters"))})`,
    natspec: natspecOf(tree, node),
    home: textOf(base, "name"),
    ours: pathOf(tree, base).startsWith(OURS),
  };
}

function functionOf(tree: Tree, bases: readonly Node[], node: Node, base: Node): FunctionEntry {
  const entry = entryOf(tree, node, base);
  const source = tree.sourceOf(pathOf(tree, base));
  const reach = reachOf(tree, bases, node);
  const names = (nodes: ReadonlySet<Node>): readonly string[] =>
    [...nodes].map((found) => textOf(found, "name")).sort();
  return {
    ...entry,
    inputs: parametersOf(nodeOf(node, "parameters"), (name) => entry.natspec.params.get(name) ?? ""),
    outputs: parametersOf(nodeOf(node, "returnParameters"), (name, index) =>
      unnamed(entry.natspec.returns[index] ?? "", name),
    ),
    mutability: textOf(node, "stateMutability"),
    guards: nodesOf(node, "modifiers").map((modifier) => sliceOf(source, modifier)),
    events: names(reach.events),
    errors: names(reach.errors),
    calls: [...reach.calls].map((called) => `${homeOf(tree, called)}.${textOf(called, "name")}`).sort(),
  };
}

function settingOf(tree: Tree, node: Node, base: Node): Setting {
  const value = nodeOf(node, "value");
  const origin = textOf(node, "mutability") === "mutable" ? "stored" : "fixed at deployment";
  const { notice, dev } = natspecOf(tree, node);
  return {
    name: textOf(node, "name"),
    type: typeOf(node),
    value: value === undefined ? origin : sliceOf(tree.sourceOf(pathOf(tree, base)), value),
    text: [notice, dev].filter(Boolean).join(" "),
  };
}

function typeEntryOf(tree: Tree, node: Node, base: Node): TypeEntry {
  const source = tree.sourceOf(pathOf(tree, base));
  const members = nodesOf(node, "members").map((member, index) =>
    node.nodeType === "EnumDefinition"
      ? { type: index.toString(), name: textOf(member, "name"), text: "" }
      : { type: typeOf(member), name: textOf(member, "name"), text: remarkOn(source, member) },
  );
  return { ...entryOf(tree, node, base), signature: textOf(node, "name"), members };
}

/** The `//` comment behind a struct's member, or those on the lines above it. */
function remarkOn(source: Buffer, member: Node): string {
  const { start, end } = spanOf(member);
  const behind = /^;[ \t]*\/\/(.*)/.exec(source.subarray(end).toString());
  if (behind !== null) return (behind[1] ?? "").trim();
  const above = source.subarray(0, start).toString().split("\n").slice(0, -1).reverse();
  const isRemark = (line: string): boolean => /^\s*\/\/(?!\/)/.test(line);
  const count = above.findIndex((line) => !isRemark(line));
  return above
    .slice(0, count)
    .reverse()
    .map((line) => line.replace(/^\s*\/\/\s*/, ""))
    .join(" ");
}

function parametersOf(list: Node | undefined, text: (name: string, index: number) => string): readonly Parameter[] {
  return nodesOf(list, "parameters").map((node, index) => {
    const name = textOf(node, "name");
    return { type: typeOf(node), name, text: text(name, index) };
  });
}

function listOf(list: Node | undefined): string {
  return nodesOf(list, "parameters")
    .map((node) => [typeOf(node), node["indexed"] === true ? "indexed" : "", textOf(node, "name")])
    .map((words) => words.filter(Boolean).join(" "))
    .join(", ");
}

/** `@return` of a named value begins with its name. */
function unnamed(text: string, name: string): string {
  return name !== "" && text.startsWith(`${name} `) ? text.slice(name.length + 1) : text;
}

const isType = ({ nodeType }: Node): boolean => nodeType === "StructDefinition" || nodeType === "EnumDefinition";

const sliceOf = (source: Buffer, node: Node): string =>
  source.subarray(spanOf(node).start, spanOf(node).end).toString();

const pathOf = (tree: Tree, contract: Node): string => tree.pathOf.get(contract.id) ?? "";

function homeOf(tree: Tree, member: Node): string {
  const scope = member["scope"];
  return textOf(typeof scope === "number" ? tree.byId.get(scope) : undefined, "name");
}
