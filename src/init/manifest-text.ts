import type { Findings, FoundEdge, FoundOwner, FoundTie } from "./findings.ts";
import { comments, flow, scalar, type YamlPairs } from "./yaml.ts";

const SCHEMA =
  "# yaml-language-server: $schema=./node_modules/pg-lastwill/schema/ownership.schema.json";

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
  const declared = owner.doubt === undefined;
  const { store, written, settings, edges } = owner;
  const pairs = [
    ...(store ? [["store", store]] : []),
    ...(written ? [["table", scalar(written)]] : []),
    ...settings,
  ].map(([key, yaml]) => `    ${key}: ${yaml}`);
  const doubt = declared ? [] : comments(`Not declared: ${owner.doubt}.`, "  ");
  const owns = edges.some((edge) => edge.doubt === undefined) ? "    owns:" : "    # owns:";
  const lines = [
    ...(declared ? [`  ${scalar(owner.name)}:`] : []),
    ...owner.evidence.flatMap((words) => comments(`${words}.`, declared ? "    " : "  ")),
    ...(declared ? pairs : []),
  ];
  if (!declared) return [...lines, ...doubt, ...commentedOwner(owner, pairs)];
  return [
    ...lines,
    ...(edges.length > 0 ? [owns, ...edges.flatMap((edge) => edgeLines(edge, "      "))] : []),
    ...mentionLines(owner),
  ];
}

/** An owner that is a comment: its own lines, and its edges in a line each. */
function commentedOwner({ name, edges }: FoundOwner, pairs: readonly string[]): string[] {
  const sure = edges.filter(({ doubt }) => doubt === undefined);
  return [
    `  # ${scalar(name)}:`,
    ...pairs.map((line) => `  # ${line.slice(2)}`),
    ...(sure.length > 0 ? ["  #   owns:", ...sure.map((edge) => `  #     - ${inline(edge)}`)] : []),
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
    const doubt = comments(`Not declared: ${edge.doubt}.`, margin);
    return [...evidence, ...doubt, `${margin}# - ${inline(edge)}`];
  }
  const owns = edge.owns.some(({ doubt }) => doubt === undefined) ? "owns:" : "# owns:";
  const [first, ...more] = pairsOf(edge).map(([key, yaml]) => `${key}: ${yaml}`);
  return [
    ...evidence,
    `${margin}- ${first}`,
    ...more.map((line) => `${margin}  ${line}`),
    ...(edge.owns.length > 0
      ? [`${margin}  ${owns}`, ...edge.owns.flatMap((below) => edgeLines(below, `${margin}    `))]
      : []),
  ];
}

/** An edge in one line, with what is sure below it: one "# " to take away. */
function inline(edge: FoundEdge): string {
  const pairs = pairsOf(edge).map(([key, yaml]) => `${key}: ${yaml}`);
  const below = edge.owns.filter(({ doubt }) => doubt === undefined).map(inline);
  return `{ ${[...pairs, ...(below.length > 0 ? [`owns: [${below.join(", ")}]`] : [])].join(", ")} }`;
}

function pairsOf(edge: FoundEdge): YamlPairs {
  const { written, key, keepWhen, onDelete, orphans } = edge;
  const pairs: [string, string | undefined][] = [
    ["table", scalar(written)],
    tiePair(edge.tie),
    ["key", key && scalar(key)],
    ["keep_when", keepWhen && scalar(keepWhen)],
    ["on_delete", onDelete],
    ["orphans", orphans],
  ];
  return pairs.flatMap(([name, yaml]) => (yaml === undefined ? [] : [[name, yaml] as const]));
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
