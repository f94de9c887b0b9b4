import type { Findings, FoundEdge, FoundOwner, FoundTie } from "./findings.ts";
import { comments, flow, isFoldable, scalar, type YamlPairs } from "./yaml.ts";

const SCHEMA =
  "# yaml-language-server: $schema=./node_modules/pg-lastwill/schema/ownership.schema.json";

/** Whoever reads it has to choose: its foreign key keeps the owner's rows from ending. */
const DECIDE =
  "Decide, for its foreign key keeps the session from ending, which gen-migrations refuses";

/** The findings as a manifest: what is sure is declared, what is doubtful a comment that can be. */
export function manifestText({ database, owners, remarks }: Findings): string {
  const blocks = owners.map(ownerLines);
  const lines = [
    SCHEMA,
    ...comments(
      `Written by lastwill init, from what it saw in database ${database}. Read it before you use it: what is ` +
        'declared here is deleted with its session. To declare what is a comment, take the "# " away before its ' +
        'YAML, and before "owns:" if that is one too.',
      "",
    ),
    ...remarks.flatMap((remark) => comments(`${remark}.`, "")),
    "",
    "owners:",
    ...blocks.flatMap((block, index) => (index === 0 ? block : ["", ...block])),
  ];
  return `${lines.join("\n")}\n`;
}

function ownerLines(owner: FoundOwner): string[] {
  const { name, doubt, store, written, settings, edges } = owner;
  const pairs = [
    ...(store ? [["store", store]] : []),
    ...(written ? [["table", scalar(written)]] : []),
    ...settings,
  ].map(([key, yaml]) => `    ${key}: ${yaml}`);
  const evidence = [...owner.evidence, ...(doubt === undefined ? [] : [`Not declared: ${doubt}`])];
  const lines = [
    `  ${scalar(name)}:`,
    ...evidence.flatMap((words) => comments(`${words}.`, "    ")),
    ...pairs,
    ...ownsLines(edges, "    "),
    ...mentionLines(owner),
  ];
  // What is a comment in it stays one when the "# " of the owner is taken away.
  return doubt === undefined ? lines : lines.map((line) => `  # ${line.slice(2)}`);
}

/** The key is a comment too when everything below it is. */
function ownsLines(edges: readonly FoundEdge[], margin: string): string[] {
  if (edges.length === 0) return [];
  const isSure = edges.some(({ doubt }) => doubt === undefined);
  return [
    `${margin}${isSure ? "" : "# "}owns:`,
    ...edges.flatMap((edge) => edgeLines(edge, `${margin}  `)),
  ];
}

function mentionLines({ mentions }: FoundOwner): string[] {
  if (mentions.length === 0) return [];
  const lines = mentions.flatMap((words) => {
    const [first = "", ...more] = comments(`- ${words}.`, "    ");
    return [first, ...more.map((line) => line.replace("# ", "#   "))];
  });
  return ["    # Left alone:", ...lines];
}

function edgeLines(edge: FoundEdge, margin: string): string[] {
  const evidence = edge.evidence.flatMap((words) => comments(`${words}.`, margin));
  if (edge.doubt !== undefined) {
    const doubt = comments(`${edge.inTheWay ? DECIDE : "Not declared"}: ${edge.doubt}.`, margin);
    return [...evidence, ...doubt, `${margin}# - ${inline(edge)}`];
  }
  const [first, ...more] = pairsOf(edge).flatMap(([key, yaml]) =>
    key === "keep_when" ? conditionLines(key, edge.keepWhen ?? "") : `${key}: ${yaml}`,
  );
  return [
    ...evidence,
    `${margin}- ${first}`,
    ...more.map((line) => `${margin}  ${line}`),
    ...ownsLines(edge.owns, `${margin}  `),
  ];
}

/** A condition, with a line for each of what it is made of where there are several. */
function conditionLines(key: string, condition: string): string[] {
  const parts = condition.split(/ (?=or )/);
  return parts.length > 1 && isFoldable(condition)
    ? [`${key}: >-`, ...parts.map((part) => `  ${part}`)]
    : [`${key}: ${scalar(condition)}`];
}

/** An edge in one line, with what is sure below it: one "# " to take away. */
function inline(edge: FoundEdge): string {
  const pairs = pairsOf(edge).map(([key, yaml]) => `${key}: ${yaml}`);
  const below = edge.owns.filter(({ doubt }) => doubt === undefined).map(inline);
  return `{ ${[...pairs, ...(below.length > 0 ? [`owns: [${below.join(", ")}]`] : [])].join(", ")} }`;
}

function pairsOf(edge: FoundEdge): YamlPairs {
  const { written, name, key, keepWhen, onDelete, orphans } = edge;
  const pairs: [string, string | undefined][] = [
    ["table", scalar(written)],
    ["name", name && scalar(name)],
    tiePair(edge.tie),
    ["key", key && scalar(key)],
    ["keep_when", keepWhen && scalar(keepWhen)],
    ["on_delete", onDelete],
    ["orphans", orphans],
  ];
  return pairs.flatMap(([word, yaml]) => (yaml === undefined ? [] : [[word, yaml] as const]));
}

function tiePair(tie: FoundTie): [string, string] {
  switch (tie.kind) {
    case "by":
      return ["by", scalar(tie.column)];
    case "polymorphic":
      return [
        "by",
        flow([
          ["column", tie.column],
          ["type_column", tie.typeColumn],
          ["type", tie.type],
        ]),
      ];
    case "path":
      return ["from", scalar(tie.path)];
    case "pointer":
      return ["from", flow([["column", tie.column]])];
    case "through":
      return [
        "through",
        flow([
          ["table", tie.written],
          ["owner", tie.owner],
          ["owned", tie.owned],
        ]),
      ];
  }
}
