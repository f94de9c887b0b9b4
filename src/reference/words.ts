import type { Routine } from "./ask.ts";

/** Text in a Markdown page, where `<name>` would be HTML and `|` the end of a cell. */
export function inMarkdown(text: string | null): string {
  return (text ?? "").replaceAll("<", "&lt;").replaceAll("|", "\\|");
}

/** A type as one writes it: `timestamptz`. */
export function typeText(type: string): string {
  return type
    .replaceAll("timestamp with time zone", "timestamptz")
    .replaceAll("character varying", "varchar");
}

/** How a routine is called, with what may be left out: `call lastwill.sweep(owner text default null, …)`. */
export function callText(routine: Routine): string {
  return `${VERBS[routine.kind]} lastwill.${routine.name}(${argumentsText(routine.arguments)})`;
}

const VERBS: Readonly<Record<Routine["kind"], string>> = {
  procedure: "call",
  function: "select",
  rows: "select * from",
  trigger: "trigger",
};

function argumentsText(printed: string): string {
  return typeText(printed)
    .replaceAll(/\bIN /g, "")
    .replaceAll("INOUT ", "inout ")
    .replaceAll(" DEFAULT ", " default ")
    .replaceAll(/(default NULL|default '[^']*')::[\w.]+(?:\[\])?/g, "$1")
    .replaceAll("default NULL", "default null");
}

/** What a routine gives, in words for a sentence; undefined for nothing. */
export function resultText({ result }: Routine): string | undefined {
  if (result === null || result === "void") return undefined;
  const columns = /^TABLE\((.*)\)$/.exec(result)?.[1];
  if (columns !== undefined) return `rows of \`${typeText(columns)}\``;
  const table = /^SETOF (.*)$/.exec(result)?.[1];
  return table === undefined ? `\`${typeText(result)}\`` : `rows of \`${table}\``;
}

/** `inspect`, `sweep`. */
export function rolesText(roles: readonly string[]): string {
  return roles.map((role) => `\`${role}\``).join(", ");
}
