import type { Phase } from "../objects/object.ts";
import { lineComment } from "../sql/quote.ts";
import type { Step } from "./diff.ts";
import { nextPrefixes } from "./file-name.ts";

/** A migration file, for node-pg-migrate. */
export interface MigrationFile {
  readonly name: string;
  readonly text: string;
  /** What it does to tables in use or to rows, in words. */
  readonly hazards: readonly string[];
}

const PHASES: readonly Phase[] = ["before", "install", "after"];

/** Going down, the last file is the first to run. */
const DOWN_PHASE: Readonly<Record<Phase, Phase>> = {
  before: "after",
  install: "install",
  after: "before",
};

const ABOUT: Readonly<Record<Phase, string>> = {
  before: "Runs outside a transaction, for what can be made without stopping writes only there.",
  install: "One transaction: all of it, or nothing.",
  after: "Runs outside a transaction, a step at a time; if it is cut off, run it again.",
};

/**
 * The migrations for the way up and the way back: at most three files, by phase. They are frozen: plain
 * SQL that needs nothing from pg-lastwill when it runs.
 *
 * @param existing names of the files that are in the folder
 * @param now milliseconds, for folders that go by timestamps
 */
export function migrationFiles(
  up: readonly Step[],
  down: readonly Step[],
  existing: readonly string[],
  now: number,
): MigrationFile[] {
  const phases = PHASES.map((phase) => ({
    phase,
    up: up.filter((step) => step.phase === phase),
    down: down.filter((step) => step.phase === DOWN_PHASE[phase]),
  })).filter(({ up, down }) => up.length + down.length > 0);
  const prefixes = nextPrefixes(existing, phases.length, now);
  return phases.map(({ phase, up, down }, index) => {
    const hazards = [...new Set(up.flatMap(hazardsOf))];
    const header = headerLines(phase, hazards, new Set(down.flatMap(hazardsOf)));
    const inTransaction = phase === "install";
    return {
      name: `${prefixes[index]}_lastwill-${fileTitle(phase, up)}.${inTransaction ? "sql" : "mjs"}`,
      text: inTransaction ? sqlFile(header, up, down) : scriptFile(header, up, down),
      hazards,
    };
  });
}

/** What is made has its hazards; of what is dropped, only tables hold anything. */
function hazardsOf(step: Step): readonly string[] {
  if (step.verb === "create") return step.object.hazards;
  const table = /^table (.*)/.exec(step.object.id)?.[1];
  return table === undefined ? [] : [`drops ${table}, with what is in it`];
}

function fileTitle(phase: Phase, up: readonly Step[]): string {
  if (phase === "before") return "prepare";
  if (phase === "after") return "finish";
  return up.some((step) => step.object.id === "schema lastwill" && step.verb === "create")
    ? "install"
    : "change";
}

function headerLines(
  phase: Phase,
  hazards: readonly string[],
  hazardsDown: ReadonlySet<string>,
): string[] {
  return [
    "Written by pg-lastwill (gen-migrations) from the ownership manifest. Do not edit: change the",
    "manifest and generate again.",
    "",
    ABOUT[phase],
    ...hazardList("Hazards:", hazards),
    ...hazardList("Hazards of going down:", [...hazardsDown]),
  ];
}

function hazardList(title: string, hazards: readonly string[]): string[] {
  if (hazards.length === 0) return [];
  return ["", title, ...hazards.flatMap(hazardLines)];
}

/** A hazard as an item of a list, wrapped to the width of a page. */
export function hazardLines(hazard: string): string[] {
  const lines: string[] = [];
  let line = "-";
  for (const word of lineComment(hazard).split(" ")) {
    if (line.length + word.length > 94) {
      lines.push(line);
      line = " ";
    }
    line += ` ${word}`;
  }
  return [...lines, line];
}

function sqlFile(header: readonly string[], up: readonly Step[], down: readonly Step[]): string {
  const text = [
    comment("--", header),
    "",
    "-- Up Migration",
    "",
    careful(up),
    "",
    "-- Down Migration",
    "",
    careful(down),
    "",
  ].join("\n");
  assertHalves(text);
  return text;
}

/**
 * Statements that ask for a lock on a table in use give up rather than queue: behind a waiting lock
 * every other statement on the table would wait too. And no name in them is looked up where anybody
 * but the server's owner may have put an operator or a type of his own.
 */
function careful(steps: readonly Step[]): string {
  const statements = steps.flatMap((step) => step.statements);
  return [
    "set local lock_timeout = '3s';",
    "select pg_catalog.set_config('lastwill.search_path', pg_catalog.current_setting('search_path'), true);\n" +
      "set local search_path = pg_catalog, pg_temp;",
    ...statements,
    "select pg_catalog.set_config('search_path', pg_catalog.current_setting('lastwill.search_path'), true);\n" +
      "set local lock_timeout to default;",
  ].join("\n\n");
}

function scriptFile(header: readonly string[], up: readonly Step[], down: readonly Step[]): string {
  return [
    comment("//", header),
    "",
    '/** @param {import("node-pg-migrate").MigrationBuilder} pgm */',
    `export const up = ${script(up)};`,
    "",
    '/** @param {import("node-pg-migrate").MigrationBuilder} pgm */',
    `export const down = ${script(down)};`,
    "",
  ].join("\n");
}

function script(steps: readonly Step[]): string {
  const calls = steps.flatMap((step) => step.statements).map(statementCall);
  const body = calls.length > 0 ? `\n${calls.join("\n")}` : "  // Nothing to do this way.\n";
  return `(pgm) => {\n  pgm.noTransaction();\n${body}}`;
}

/** A statement as a script has it run, by itself. */
export function statementCall(statement: string): string {
  return `  pgm.sql(\`\n${escapeTemplate(statement)}\n\`);\n`;
}

function escapeTemplate(sql: string): string {
  return sql.replaceAll("\\", "\\\\").replaceAll("`", "\\`").replaceAll("${", "\\${");
}

function comment(mark: string, lines: readonly string[]): string {
  return lines.map((line) => `${mark} ${line}`.trimEnd()).join("\n");
}

/**
 * node-pg-migrate cuts an SQL file in two at any line that looks like its own marks, be it in the
 * midst of a function. Quoting keeps names from making one; this keeps templates from it.
 */
function assertHalves(text: string): void {
  const marks = text.match(/^\s*--[\s-]*(up|down)\s+migration/gim) ?? [];
  if (marks.length !== 2) throw new Error(`a template has a line that reads like a mark: ${marks}`);
}
