import { idsOf, nodeOf, nodesOf, referenceOf, textOf, walk, type Node, type Tree } from "./ast.ts";

/** What a function may come to, itself or by what it calls within its contract: nodes of the declarations. */
export type Reach = {
  readonly events: ReadonlySet<Node>;
  readonly errors: ReadonlySet<Node>;
  /** Functions of other contracts. */
  readonly calls: ReadonlySet<Node>;
};

/**
 * Walks the code of `start` and of everything it calls internally, modifiers included, as `contract` overrides it. Inline assembly is not
 * looked into.
 * @param bases the contract and all it inherits, most derived first.
 */
export function reachOf(tree: Tree, bases: readonly Node[], start: Node): Reach {
  const overrides = overridesIn(tree, bases);
  const [events, errors, calls, seen] = [new Set<Node>(), new Set<Node>(), new Set<Node>(), new Set<Node>()];
  const queue = [start];
  for (let code = queue.pop(); code !== undefined; code = queue.pop()) {
    if (seen.has(code)) continue;
    seen.add(code);
    for (const { modifierName } of nodesOf(code, "modifiers").map((node) => ({
      modifierName: nodeOf(node, "modifierName"),
    }))) {
      const modifier = referenceOf(tree, modifierName);
      if (modifier !== undefined) queue.push(overrides.get(modifier.id) ?? modifier);
    }
    const body = nodeOf(code, "body");
    if (body === undefined) continue;
    for (const node of walk(body)) {
      const called = calledBy(tree, node);
      if (called === undefined) continue;
      if (called.nodeType === "EventDefinition") events.add(called);
      else if (called.nodeType === "ErrorDefinition") errors.add(called);
      else if (called.nodeType === "FunctionDefinition") {
        const expression = nodeOf(node, "expression");
        if (isExternal(expression)) calls.add(called);
        else queue.push(isSuper(expression) ? called : (overrides.get(called.id) ?? called));
      }
    }
  }
  return { events, errors, calls };
}

/** The declaration behind a call: of a function, an event or an error. */
function calledBy(tree: Tree, node: Node): Node | undefined {
  return node.nodeType === "FunctionCall" ? referenceOf(tree, nodeOf(node, "expression")) : undefined;
}

function isExternal(expression: Node | undefined): boolean {
  const descriptions = expression?.["typeDescriptions"];
  return JSON.stringify(descriptions ?? "").includes("t_function_external");
}

function isSuper(expression: Node | undefined): boolean {
  return textOf(nodeOf(expression, "expression"), "name") === "super";
}

/** For each function and modifier of the bases, the most derived one that overrides it. */
function overridesIn(tree: Tree, bases: readonly Node[]): ReadonlyMap<number, Node> {
  const overrides = new Map<number, Node>();
  for (const member of bases.flatMap((base) => nodesOf(base, "nodes"))) {
    const older = [...idsOf(member, "baseFunctions"), ...idsOf(member, "baseModifiers")];
    for (let id = older.pop(); id !== undefined; id = older.pop()) {
      if (!overrides.has(id)) overrides.set(id, overrides.get(member.id) ?? member);
      const base = tree.byId.get(id);
      older.push(...idsOf(base, "baseFunctions"), ...idsOf(base, "baseModifiers"));
    }
  }
  return overrides;
}
