import { idsOf, nodeOf, textOf, type Node, type Tree } from "./ast.ts";

/** What a comment says, tag by tag. Paragraphs are separated by empty lines. */
export type Natspec = {
  readonly notice: string;
  readonly dev: string;
  readonly params: ReadonlyMap<string, string>;
  readonly returns: readonly string[];
};

const SILENT: Natspec = { notice: "", dev: "", params: new Map(), returns: [] };

/** Parses the text of a `///` comment. Text before any tag is a notice; other tags than those of {@link Natspec} are left out. */
export function parseNatspec(text: string): Natspec {
  const blocks = text
    .split("\n")
    .map((line) => line.replace(/^ /, "").trimEnd())
    .join("\n")
    .split(/^(?=@)/m)
    .map((block) => /^(?:@(\S+)[ \t]*)?([\s\S]*)$/.exec(block))
    .map((match) => ({ tag: match?.[1] ?? "notice", body: (match?.[2] ?? "").trim() }));
  const bodies = (tag: string): readonly string[] =>
    blocks.filter((block) => block.tag === tag).map(({ body }) => body);
  const params = bodies("param").map((body): [string, string] => {
    const [name = "", ...rest] = body.split(/\s+/);
    return [name, rest.join(" ")];
  });
  return {
    notice: bodies("notice").filter(Boolean).join("\n\n"),
    dev: bodies("dev").join("\n\n"),
    params: new Map(params),
    returns: bodies("return").map((body) => body.replace(/\s+/g, " ")),
  };
}

/** What is said of a declaration, by itself or by what it implements. */
export function natspecOf(tree: Tree, node: Node): Natspec {
  const text = textOf(nodeOf(node, "documentation"), "text");
  if (text !== "" && !text.includes("@inheritdoc")) return parseNatspec(text);
  for (const id of idsOf(node, "baseFunctions")) {
    const base = tree.byId.get(id);
    const inherited = base === undefined ? SILENT : natspecOf(tree, base);
    if (!isSilent(inherited)) return inherited;
  }
  return SILENT;
}

export function isSilent({ notice, dev }: Natspec): boolean {
  return notice === "" && dev === "";
}
