import type { DbObject } from "../objects/object.ts";
import type { Sql } from "../sql/quote.ts";

/** A statement of its own: no literal that we write has an end of line in it. */
const STATEMENT = /^comment on [^\n]*(?:\n {2}[^\n]*)*;$/gm;
const LINE = /^[ ]*--.*\n/gm;

const ROUTINE = /^create or replace (?:function|procedure) /m;

/**
 * An object's SQL without what only people read: comments in it, and on it. The comments in a routine
 * are kept by PostgreSQL, and so part of it.
 */
export function codeOf(object: DbObject): string {
  if (isRoutine(object)) return object.create.join("\n\n");
  return object.create
    .map((statement) => statement.replaceAll(STATEMENT, "").replaceAll(LINE, "").trim())
    .filter((statement) => statement !== "")
    .join("\n\n");
}

/** How an object is made, with the comments on it that another one has. */
export function toldAs(object: DbObject, told: DbObject): Sql[] {
  const texts = told.create.flatMap((statement) => statement.match(STATEMENT) ?? []);
  return object.create.map(
    (statement) =>
      statement.replaceAll(STATEMENT, (comment) => {
        const text = LITERAL.exec(texts.shift() ?? comment)?.[0] ?? "";
        return comment.replace(LITERAL, () => text);
      }) as Sql,
  );
}

const LITERAL = /E?'(?:[^'\\]|''|\\.)*';$/;

/** Whether it is a function or a procedure. */
export function isRoutine({ create }: DbObject): boolean {
  return create.some((statement) => ROUTINE.test(statement));
}

/** The statements that put an object's comments on it, or on its columns. */
export function commentsOf(object: DbObject): Sql[] {
  const found = object.create.flatMap((statement) => statement.match(STATEMENT) ?? []);
  return found.length > 0 ? [found.join("\n") as Sql] : [];
}
