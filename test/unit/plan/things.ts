import type { DbObject } from "../../../src/objects/object.ts";
import type { Sql } from "../../../src/sql/quote.ts";

/** An object with made-up statements, for tests of what speaks only of objects. */
export function thing(id: string, options: Partial<DbObject> = {}): DbObject {
  return {
    id,
    phase: "install",
    create: [`create ${id};` as Sql],
    drop: [`drop ${id};` as Sql],
    replaces: false,
    needs: [],
    hazards: [],
    ...options,
  };
}

/** SQL, for a test. */
export function sql(text: string): Sql {
  return text as Sql;
}
