import type { DbObject } from "../objects/object.ts";
import type { Sql } from "../sql/quote.ts";
import { itemLines } from "./migration.ts";

/** What a former migration does with orphans, and what it is to do instead. */
export interface Amendment {
  readonly was: DbObject;
  readonly is: DbObject;
}

/**
 * What is done with orphans leaves nothing behind in the database. Where it has been done, another word on
 * it in the manifest asks for nothing; where the migration has stopped at them or has yet to run, a later
 * one would come too late. So it is amended where it stands, as long as it is of the same foreign key.
 */
export function amendments(before: readonly DbObject[], after: readonly DbObject[]): Amendment[] {
  return orphansOfSameKeys(before, after).filter(({ was, is }) => wordsOf(was) !== wordsOf(is));
}

function wordsOf({ hazards }: DbObject): string {
  return hazards.map(({ text }) => text).join();
}

/** The objects of the last generation, with what is wanted now of orphans of the same foreign keys. */
export function amended(before: readonly DbObject[], after: readonly DbObject[]): DbObject[] {
  const now = new Map(orphansOfSameKeys(before, after).map(({ is }) => [is.id, is]));
  return before.map((object) => now.get(object.id) ?? object);
}

function orphansOfSameKeys(before: readonly DbObject[], after: readonly DbObject[]): Amendment[] {
  const wanted = new Map(after.map((object) => [object.id, object]));
  const isSame = (id: string) =>
    before.find((object) => object.id === id)?.create.join() === wanted.get(id)?.create.join();
  return before.flatMap((was) => {
    const is = wanted.get(was.id);
    if (!is || !was.id.startsWith("orphans of ")) return [];
    return is.needs.every(isSame) ? [{ was, is }] : [];
  });
}

/**
 * A migration's text with the amendments made that it has a place for.
 *
 * @param encode how a statement stands in such a file
 */
export function amendedText(text: string, all: readonly Amendment[], encode: Encode): string {
  const [, mark = "--"] = /^(--|\/\/|#) Written by pg-lastwill/m.exec(text) ?? [];
  return all
    .filter(({ was }) => has(text, was, encode))
    .reduce(
      (changed, { was, is }) =>
        changed
          .replaceAll(statement(was, encode), () => statement(is, encode))
          .replaceAll(hazards(was, mark), () => hazards(is, mark)),
      text,
    );
}

/** Whether a migration's text does this. */
export function has(text: string, object: DbObject, encode: Encode): boolean {
  return text.includes(statement(object, encode));
}

type Encode = (statement: Sql) => string;

function statement({ create }: DbObject, encode: Encode): string {
  return create.map(encode).join("\n\n");
}

function hazards({ hazards }: DbObject, mark: string): string {
  return hazards
    .flatMap((hazard) => itemLines(hazard.text).map((line) => `${mark} ${line}`))
    .join("\n");
}
