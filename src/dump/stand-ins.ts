import { identifier, join, type Sql } from "../sql/quote.ts";

/**
 * What a dump takes for granted, by PostgreSQL's word that it is not there: a role, or the order of a
 * server's own collation. Neither changes what a catalog says of a table, so any will do.
 */
export function standIn(refusal: string): Sql | undefined {
  const [, role] = /^role "(.*)" does not exist$/.exec(refusal) ?? [];
  if (role !== undefined) return `create role ${identifier(role)} login` as Sql;
  const [, collation] = /^collation "(.*)" for encoding "UTF8" does not exist$/.exec(refusal) ?? [];
  if (collation === undefined) return undefined;
  const [, schema, name = collation] = /^([^.]+)\.(.*)$/.exec(collation) ?? [];
  const parts = schema === undefined ? [name] : [schema, name];
  return `create collation ${join(parts.map(identifier), ".")} from "C"` as Sql;
}
