import type { Catalog, Table } from "./catalog.ts";
import type { DbObject } from "./objects/object.ts";
import { namesIn } from "./plan/names-in.ts";
import { identifier } from "./sql/quote.ts";

/**
 * The catalog as it was before the last generations ran: without the foreign keys and indexes that they
 * made. What is ours is wanted or it is not; it must never pass for something of theirs that serves.
 */
export function withoutOurs(catalog: Catalog, objects: readonly DbObject[]): Catalog {
  const ours = new Set(
    objects
      .flatMap(namesIn)
      .filter(({ on }) => !on.startsWith("lastwill."))
      .map(({ name }) => name as string),
  );
  const isTheirs = ({ name }: { readonly name: string }) => !ours.has(identifier(name));
  const strip = (table: Table): Table => ({
    ...table,
    indexes: table.indexes.filter(isTheirs),
    inbound: table.inbound.filter(isTheirs),
  });
  const tables = [...catalog.tables].map(([oid, table]) => [oid, strip(table)] as const);
  return { ...catalog, tables: new Map(tables) };
}
