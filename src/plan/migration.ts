import type { Hazard, Phase } from "../objects/object.ts";
import { lineComment, type Sql } from "../sql/quote.ts";
import { render } from "../sql/template.ts";
import { type Contents, contentsOf } from "./contents.ts";
import type { Step } from "./diff.ts";
import { hazardsOf } from "./hazards.ts";
import { lockStatement, locksOf } from "./table-locks.ts";

/** A migration, before it takes the form that somebody's tool reads. */
export interface Migration {
  readonly title: "prepare" | "install" | "change" | "finish";
  /** Whether it is one transaction; else each statement is to run by itself. */
  readonly inTransaction: boolean;
  /** What stands at its head, without comment marks; an empty text is an empty line. */
  readonly header: readonly string[];
  readonly hazards: readonly Hazard[];
  readonly up: Half;
  readonly down: Half;
}

/** The way up, or the way down. */
export interface Half {
  /** For the statements' session or transaction; none where there is nothing to do. */
  readonly settings: readonly Sql[];
  readonly statements: readonly Sql[];
  /** Puts back what `settings` has changed. */
  readonly resets: readonly Sql[];
}

const NOTHING: Half = { settings: [], statements: [], resets: [] };

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
 * The migrations for the way up and the way back: at most three, by phase. They are frozen: plain SQL
 * that needs nothing from pg-lastwill when it runs.
 */
export function migrationsOf(up: readonly Step[], down: readonly Step[]): Migration[] {
  return PHASES.flatMap((phase) => {
    const ups = up.filter((step) => step.phase === phase);
    const downs = down.filter((step) => step.phase === DOWN_PHASE[phase]);
    if (ups.length + downs.length === 0) return [];
    const hazards = hazardsOf(ups);
    const half = phase === "install" ? transaction : session;
    return [
      {
        title: titleOf(phase, ups),
        inTransaction: phase === "install",
        header: headerLines(phase, hazards, hazardsOf(downs), contentsOf(ups)),
        hazards,
        up: half(ups),
        down: half(downs),
      },
    ];
  });
}

function titleOf(phase: Phase, up: readonly Step[]): Migration["title"] {
  if (phase === "before") return "prepare";
  if (phase === "after") return "finish";
  return up.some((step) => step.object.id === "schema lastwill" && step.verb === "create")
    ? "install"
    : "change";
}

/** Steps as one transaction, without its begin and its end. */
export function transaction(steps: readonly Step[]): Half {
  if (steps.length === 0) return NOTHING;
  // What goes before needs none of the locks, and may have to wait: for somebody who looks at a view.
  const locks = locksOf(steps);
  const first = steps.findIndex(({ object }) =>
    object.locks?.some(({ table }) => locks.has(table)),
  );
  const free = first < 0 ? steps.length : first;
  return {
    settings: [render("migration/transaction_settings.sql")],
    statements: [
      ...statementsOf(steps.slice(0, free)),
      ...lockStatement(locks),
      ...statementsOf(steps.slice(free)),
    ],
    resets: [render("migration/transaction_resets.sql")],
  };
}

/** Steps outside a transaction. Each setting and each reset is a statement of its own. */
export function session(steps: readonly Step[]): Half {
  const statements = statementsOf(steps);
  if (statements.length === 0) return NOTHING;
  return {
    settings: [render("migration/lock_timeout.sql"), render("migration/statement_timeout.sql")],
    statements,
    resets: ["reset statement_timeout;" as Sql, "reset lock_timeout;" as Sql],
  };
}

function statementsOf(steps: readonly Step[]): Sql[] {
  return steps.flatMap((step) => step.statements);
}

function headerLines(
  phase: Phase,
  hazards: readonly Hazard[],
  hazardsDown: readonly Hazard[],
  { made, renamed, taken, inSchema }: Contents,
): string[] {
  return [
    "Written by pg-lastwill (gen-migrations) from the ownership manifest. Do not edit: change the",
    "manifest and generate again.",
    "",
    ABOUT[phase],
    ...list("Takes from your tables:", taken),
    ...list("Makes on your tables:", made),
    ...list("Renames on your tables:", renamed),
    ...(inSchema === "" ? [] : ["", `Makes in schema lastwill: ${inSchema}.`]),
    ...list("Hazards:", hazards.map(textOf)),
    ...list("Hazards of going down:", hazardsDown.map(textOf)),
  ];
}

function list(title: string, items: readonly string[]): string[] {
  if (items.length === 0) return [];
  return ["", title, ...items.flatMap(itemLines)];
}

function textOf({ text }: Hazard): string {
  return text;
}

/** An item of a list, wrapped to the width of a page. */
export function itemLines(text: string): string[] {
  const lines: string[] = [];
  let line = "-";
  for (const word of lineComment(text).split(" ")) {
    if (line.length + word.length > 94) {
      lines.push(line);
      line = " ";
    }
    line += ` ${word}`;
  }
  return [...lines, line];
}
