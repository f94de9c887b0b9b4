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

/** How an object is made, with the comments on it that another one has; it may stand on a table of another name. */
export function toldAs(object: DbObject, told: DbObject): Sql[] {
  const texts = told.create.flatMap((statement) => statement.match(STATEMENT) ?? []);
  const bySubject = new Map(texts.map((text) => [subjectOf(text), LITERAL.exec(text)?.[0]]));
  const [only] = texts.length === 1 ? bySubject.values() : [];
  return object.create.map(
    (statement) =>
      statement.replaceAll(STATEMENT, (comment) => {
        const text = bySubject.get(subjectOf(comment)) ?? only;
        return text === undefined ? comment : comment.replace(LITERAL, () => text);
      }) as Sql,
  );
}

const LITERAL = /E?'(?:[^'\\]|''|\\.)*';$/;

/** What a comment is about: `column lastwill.orphan.edge`. */
function subjectOf(comment: string): string {
  return comment.replace(LITERAL, "").replace(/\s+is\s+$/, "");
}

/** Whether it is a function or a procedure. */
export function isRoutine({ create }: DbObject): boolean {
  return create.some((statement) => ROUTINE.test(statement));
}

/** The statements that put an object's comments on it, or on its columns. */
export function commentsOf(object: DbObject): Sql[] {
  const found = object.create.flatMap((statement) => statement.match(STATEMENT) ?? []);
  return found.length > 0 ? [found.join("\n") as Sql] : [];
}
