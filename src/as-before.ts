import type { Catalog, ForeignKey, Table } from "./catalog.ts";
import type { DbObject } from "./objects/object.ts";
import { namesIn } from "./plan/names-in.ts";
import { identifier, qualified } from "./sql/quote.ts";

/**
 * The catalog as if nothing had ever been generated: without the foreign keys and indexes that we made,
 * and with the foreign keys that we replaced. What is ours is wanted or it is not; it must never pass for
 * something of theirs that serves.
 */
export function asBefore(catalog: Catalog, objects: readonly DbObject[]): Catalog {
  const ours = new Set(
    objects
      .flatMap(namesIn)
      .filter(({ on }) => !on.startsWith("lastwill."))
      .map(({ name }) => name as string),
  );
  const isTheirs = ({ name }: { readonly name: string }) => !ours.has(identifier(name));
  const replaced = objects.flatMap((object) => replacedBy(object, catalog) ?? []);
  const strip = (table: Table): Table => {
    const inbound = table.inbound.filter(isTheirs);
    const lost = replaced.filter((key) => isOf(table, key) && !inbound.some(isSame(key)));
    return {
      ...table,
      indexes: table.indexes.filter(isTheirs),
      inbound: [...inbound, ...lost].sort(byPlace),
    };
  };
  const tables = [...catalog.tables].map(([oid, table]) => [oid, strip(table)] as const);
  return { ...catalog, tables: new Map(tables) };
}

/** The key that an object replaced, between tables as they are called now: ours went along with them. */
function replacedBy({ replaced, follows }: DbObject, catalog: Catalog): ForeignKey | undefined {
  if (!replaced) return undefined;
  const inbound = [...catalog.tables.values()].flatMap((table) => table.inbound);
  const ours = inbound.find(({ name }) => follows?.startsWith(`foreign key ${identifier(name)} `));
  if (!ours) return replaced;
  const { table, columns, referenced, referencedColumns } = ours;
  return {
    ...replaced,
    table,
    columns,
    referenced,
    referencedColumns,
    definition: replaced.definition.replace(
      ` REFERENCES ${qualified(...replaced.referenced)}(`,
      () => ` REFERENCES ${qualified(...referenced)}(`,
    ),
  };
}

function isOf({ schema, name }: Table, { referenced }: ForeignKey): boolean {
  return referenced[0] === schema && referenced[1] === name;
}

function isSame(key: ForeignKey) {
  return ({ name, table }: ForeignKey) => name === key.name && table.join() === key.table.join();
}

/** As the catalog has them. */
function byPlace(a: ForeignKey, b: ForeignKey): number {
  const [left, right] = [a, b].map(({ table, name }) => [...table, name].join("\0"));
  return (left ?? "") < (right ?? "") ? -1 : 1;
}
