import type { ForeignKey } from "../catalog.ts";
import type { ColumnEdge, Edge, TableName, ThroughEdge } from "../graph.ts";
import { objectName } from "../names.ts";
import { identifier, identifiers, lineComment, qualified, type Sql } from "../sql/quote.ts";
import { renderStamped } from "../sql/template.ts";
import { indexObjects } from "./index-object.ts";
import { type DbObject, lockOf } from "./object.ts";
import { orphansObject } from "./orphans.ts";

/** A foreign key that an edge needs, and what the database has in its place. */
export interface Reference {
  /** How the plan calls it. */
  readonly id: string;
  readonly edge: ColumnEdge | ThroughEdge;
  readonly constraint: string;
  readonly table: TableName;
  /** The table as the manifest writes it. */
  readonly written: string;
  readonly columns: readonly string[];
  /** What tells its rows apart and may be shown: never the parent's key, which may be a session's. */
  readonly shown: readonly string[];
  readonly parentTable: TableName;
  readonly parentKey: readonly string[];
  readonly onDelete: "cascade" | "set null";
  /** The columns that are set null, where not all can be. */
  readonly nulled: readonly string[];
  /** As a foreign key of theirs in its place has it: a transaction may count on checks at its end. */
  readonly deferrable: "" | "deferrable" | "deferrable initially deferred";
  /** What it is for. */
  readonly sentence: string;
  readonly index: string;
  /** Foreign keys that the database has on these very columns to this very key. */
  readonly foreignKeys: readonly ForeignKey[];
  /** Indexes that find a parent's rows, by name. */
  readonly indexes: readonly string[];
}

/** The foreign keys that an edge needs: one for a column edge, two for a join table. */
export function foreignKeysOf(edge: Edge): Reference[] {
  if (edge.kind === "column") return [columnReference(edge)];
  return edge.kind === "through" ? joinReferences(edge) : [];
}

function columnReference(edge: ColumnEdge): Reference {
  const [owned, parent] = [qualified(...edge.table), qualified(...edge.on.table)];
  const by = edge.by.join(", ");
  const rows = `a row of ${owned}`;
  const sentences = {
    cascade: `${rows} ends with the row of ${parent} that its ${by} names.`,
    "set null": `${rows} stays when the row of ${parent} goes that its ${by} names.`,
    detach: `${rows} is let go of when the row of ${parent} goes that its ${by} names.`,
  };
  return {
    ...named(edge, ["fkey"], ["idx"], edge.table),
    written: edge.written,
    edge,
    columns: edge.by,
    shown: edge.display.filter((column) => !edge.by.includes(column)),
    parentTable: edge.on.table,
    parentKey: edge.on.key.map(({ column }) => column),
    onDelete: edge.end === "cascade" ? "cascade" : "set null",
    nulled: edge.end === "cascade" || edge.nullable.length === edge.by.length ? [] : edge.nullable,
    sentence: `${edge.id}: ${sentences[edge.end]}`,
    deferrable: deferrableAs(edge.foreignKeys),
    foreignKeys: edge.foreignKeys,
    indexes: edge.indexes,
  };
}

function deferrableAs(foreignKeys: readonly ForeignKey[]): Reference["deferrable"] {
  const said = foreignKeys.map(({ definition }) =>
    /DEFERRABLE( INITIALLY DEFERRED)?/.exec(definition),
  );
  if (said.some((match) => match?.[1])) return "deferrable initially deferred";
  return said.some((match) => match) ? "deferrable" : "";
}

function joinReferences(edge: ThroughEdge): Reference[] {
  const join = qualified(...edge.join);
  const side = (
    name: "owner" | "owned",
    { column, foreignKeys, indexes }: ThroughEdge["toOwned"],
    parentTable: TableName,
    parentKey: readonly string[],
  ): Reference => ({
    ...named(edge, [name, "fkey"], [name, "idx"], edge.join),
    written: edge.joinWritten,
    edge,
    columns: [column],
    shown: [edge.toOwned.column],
    parentTable,
    parentKey,
    onDelete: "cascade",
    nulled: [],
    deferrable: deferrableAs(foreignKeys),
    sentence: `${edge.id}: a row of ${join} goes with the row of ${qualified(...parentTable)} that its ${column} names.`,
    foreignKeys,
    indexes,
  });
  return [
    side(
      "owner",
      edge.toParent,
      edge.on.table,
      edge.on.key.map(({ column }) => column),
    ),
    side("owned", edge.toOwned, edge.table, [edge.key.column]),
  ];
}

function named(edge: Edge, key: string[], index: string[], table: TableName) {
  const constraint = objectName("lastwill", edge.owner, edge.name, ...key);
  return {
    id: `foreign key ${identifier(constraint)} on ${qualified(...table)}`,
    constraint,
    index: objectName("lastwill", edge.owner, edge.name, ...index),
    table,
  };
}

/** A foreign key and the index that serves it. What the database already has is not made again. */
export function referenceObjects(reference: Reference): DbObject[] {
  const theirs = reference.foreignKeys.filter(({ name }) => name !== reference.constraint);
  const serves = theirs.some((key) => doesTheSame(key, reference));
  return [
    ...(reference.indexes.some((name) => name !== reference.index)
      ? []
      : indexObjects({
          name: reference.index,
          table: reference.table,
          columns: reference.columns,
          why: "Without it every row that ends would have all of its table searched for what it owns.",
          comment: `Finds the ${reference.written} of one ${reference.columns.join(", ")} when that ends.`,
        })),
    ...(serves ? [] : foreignKeyObjects(reference)),
    ...(serves ? [] : theirs.flatMap((key) => replacedForeignKey(reference, key))),
  ];
}

function doesTheSame(key: ForeignKey, { onDelete, nulled }: Reference): boolean {
  const wanted = onDelete === "cascade" ? "c" : "n";
  return key.onDelete === wanted && key.onUpdate === "c" && key.validated && nulled.length === 0;
}

function foreignKeyObjects(reference: Reference): DbObject[] {
  const { id, constraint, sentence } = reference;
  const table = qualified(...reference.table);
  const parent = qualified(...reference.parentTable);
  const columns = identifiers(reference.columns);
  const nulled = reference.nulled.length > 0 ? ` (${identifiers(reference.nulled)})` : "";
  return [
    {
      id,
      phase: "install",
      create: [
        renderStamped("edge/foreign_key.sql", sentence, {
          sentence: lineComment(sentence),
          owned: reference.table,
          parent: reference.parentTable,
          columns,
          key: identifiers(reference.parentKey),
          on_delete: `${reference.onDelete}${nulled}` as Sql,
          deferrable: reference.deferrable as Sql,
          constraint,
        }),
      ],
      drop: [`alter table ${table}\n  drop constraint ${identifier(constraint)};` as Sql],
      replaces: false,
      // The table of a managed owner is lastwill's own.
      needs: reference.parentTable[0] === "lastwill" ? [`table ${parent}`] : [],
      hazards: [],
      locks: [lockOf(reference.table), lockOf(reference.parentTable)],
    },
    orphansObject(reference),
    {
      id: `validation of ${id}`,
      phase: "after",
      create: [`alter table ${table}\n  validate constraint ${identifier(constraint)};` as Sql],
      drop: [],
      replaces: false,
      needs: [id],
      hazards: [
        {
          text: `reads all of ${table} to check its ${columns}; writes go on meanwhile`,
          size: reference.table,
        },
      ],
    },
  ];
}

/**
 * A foreign key of theirs that does something else goes as soon as ours is there, in one transaction:
 * no moment is without one. Going down restores it as it was, and checks old rows only afterwards.
 */
function replacedForeignKey(reference: Reference, theirs: ForeignKey): DbObject[] {
  const { name, definition } = theirs;
  const table = qualified(...reference.table);
  const rule = `on delete ${reference.onDelete} on update cascade`;
  const fate =
    reference.onDelete === "cascade"
      ? "its rows end with those that they name"
      : "its rows are let go of when those that they name end";
  const replaced: DbObject = {
    id: `replaced foreign key ${identifier(name)} on ${table}`,
    phase: "install",
    create: [
      `-- The foreign key above says ${rule} and takes the place of this one,\n-- which the way down restores.\nalter table ${table}\n  drop constraint ${identifier(name)};` as Sql,
    ],
    drop: [
      `alter table ${table}\n  add constraint ${identifier(name)}\n  ${unchecked(definition)};` as Sql,
    ],
    replaces: false,
    needs: [],
    follows: reference.id,
    replaced: theirs,
    hazards: [
      {
        text: `replaces the foreign key ${identifier(name)} on ${table} by one that says ${rule}: ${fate}; the way down restores it`,
      },
    ],
    locks: [reference.table, reference.parentTable].map((locked) => ({
      table: qualified(...locked),
      create: "access exclusive",
      drop: "share row exclusive",
    })),
  };
  const isChecked = unchecked(definition) !== definition;
  return isChecked ? [replaced, checkOfRestored(reference, name)] : [replaced];
}

/** What PostgreSQL prints last of a foreign key whose old rows were never checked. */
function unchecked(definition: string): string {
  return definition.endsWith(" NOT VALID") ? definition : `${definition} NOT VALID`;
}

/** Nothing on the way up. */
function checkOfRestored(reference: Reference, name: string): DbObject {
  const table = qualified(...reference.table);
  return {
    id: `check of restored foreign key ${identifier(name)} on ${table}`,
    phase: "before",
    create: [],
    drop: [`alter table ${table}\n  validate constraint ${identifier(name)};` as Sql],
    replaces: false,
    needs: [],
    follows: reference.id,
    hazards: [],
    partings: [`reads all of ${table} to check its former foreign key; writes go on meanwhile`],
  };
}
