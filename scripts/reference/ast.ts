/** A node of solc's syntax tree, as loose as JSON is. */
export type Node = { readonly id: number; readonly nodeType: string; readonly [field: string]: unknown };

/** The sources of one compilation: nodes by id, and every contract with the path it is in. */
export type Tree = {
  readonly byId: ReadonlyMap<number, Node>;
  /** By id: the path of the source, `project/contracts/token/OPG.sol` or `npm/@openzeppelin/…`. */
  readonly pathOf: ReadonlyMap<number, string>;
  /** The bytes of the source of `path`. */
  readonly sourceOf: (path: string) => Buffer;
};

export function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "nodeType" in value && "id" in value;
}

/** Every node below `node` and itself. */
export function* walk(node: Node): Generator<Node> {
  yield node;
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? (value as unknown[]) : [value]) {
      if (isNode(child)) yield* walk(child);
    }
  }
}

/** The nodes of an array field; none when it is absent. */
export function nodesOf(node: Node | undefined, field: string): readonly Node[] {
  const value = node?.[field];
  return Array.isArray(value) ? (value as unknown[]).filter(isNode) : [];
}

export function nodeOf(node: Node | undefined, field: string): Node | undefined {
  const value = node?.[field];
  return isNode(value) ? value : undefined;
}

/** A text field; empty when it is absent. */
export function textOf(node: Node | undefined, field: string): string {
  const value = node?.[field];
  return typeof value === "string" ? value : "";
}

/** The ids of an array field of ids; none when it is absent. */
export function idsOf(node: Node | undefined, field: string): readonly number[] {
  const value = node?.[field];
  return Array.isArray(value) ? (value as unknown[]).filter((id) => typeof id === "number") : [];
}

/** What a name refers to. */
export function referenceOf(tree: Tree, node: Node | undefined): Node | undefined {
  const id = node?.["referencedDeclaration"];
  return typeof id === "number" ? tree.byId.get(id) : undefined;
}

/** Name of a type as readers know it: without data locations and the words `contract`, `struct`, `enum`. */
export function typeOf(variable: Node): string {
  const descriptions = variable["typeDescriptions"];
  const name =
    typeof descriptions === "object" && descriptions !== null && "typeString" in descriptions
      ? String(descriptions.typeString)
      : "";
  return name
    .replace(/\b(struct|contract|enum) (\w+\.)*/g, "")
    .replace(/ (calldata|memory|storage ref|storage pointer)/g, "");
}

/** Start and length in bytes of a node in its source. */
export function spanOf(node: Node): { readonly start: number; readonly end: number } {
  const [start = 0, length = 0] = textOf(node, "src").split(":").map(Number);
  return { start, end: start + length };
}
