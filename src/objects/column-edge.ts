import type { ColumnEdge } from "../graph.ts";
import { objectName } from "../names.ts";
import { identifier, lineComment, qualified, type Sql } from "../sql/quote.ts";
import { render, renderStamped } from "../sql/template.ts";
import type { DbObject } from "./object.ts";

/** The name of the foreign key that makes an edge. */
export function foreignKeyName(edge: ColumnEdge): string {
  return objectName("lastwill", edge.owner, edge.name, "fkey");
}

/** How the plan calls that foreign key. */
export function foreignKeyId(edge: ColumnEdge): string {
  return `foreign key ${identifier(foreignKeyName(edge))} on ${qualified(...edge.table)}`;
}

/** The name of the index that finds a parent's rows. */
export function indexName(edge: ColumnEdge): string {
  return objectName("lastwill", edge.owner, edge.name, "idx");
}

/**
 * A column edge is a foreign key that cascades and an index, and no trigger: where a foreign key can
 * do it, a foreign key does it. What the database already has is not made again.
 */
export function columnEdgeObjects(edge: ColumnEdge): DbObject[] {
  const theirs = edge.foreignKeys.filter(({ name }) => name !== foreignKeyName(edge));
  const serves = theirs.some(
    (key) => key.onDelete === "c" && key.onUpdate === "c" && key.validated,
  );
  return [
    ...(edge.indexes.some((name) => name !== indexName(edge)) ? [] : indexObjects(edge)),
    ...(serves ? [] : foreignKeyObjects(edge)),
    ...(serves ? [] : theirs.map((key) => replacedForeignKey(edge, key.name, key.definition))),
  ];
}

function indexObjects(edge: ColumnEdge): DbObject[] {
  const name = indexName(edge);
  const [schema] = edge.table;
  const slots = { index: name, owned: edge.table, by: edge.by };
  const drop = `drop index concurrently if exists ${qualified(schema, name)};` as Sql;
  const commented = renderStamped(
    "edge/column/comment_index.sql",
    `Finds the ${edge.written} of one ${edge.by} when that ends.`,
    { index: [schema, name] },
  );
  return [
    {
      id: `index ${qualified(schema, name)}`,
      phase: "before",
      // A build that was cut off leaves an invalid index behind: it is dropped before the next try.
      create: [drop, render("edge/column/index.sql", slots), commented],
      drop: [drop],
      replaces: false,
      needs: [],
      hazards: [
        `reads all of ${qualified(...edge.table)} to build an index; writes go on meanwhile`,
      ],
    },
  ];
}

function foreignKeyObjects(edge: ColumnEdge): DbObject[] {
  const constraint = foreignKeyName(edge);
  const owned = qualified(...edge.table);
  const parent = qualified(...edge.parentTable);
  const id = foreignKeyId(edge);
  const sentence = `${edge.id}: a row of ${owned} ends with the row of ${parent} that its ${edge.by} names.`;
  return [
    {
      id,
      phase: "install",
      create: [
        renderStamped("edge/column/foreign_key.sql", sentence, {
          sentence: lineComment(sentence),
          owned: edge.table,
          owner: edge.parentTable,
          by: edge.by,
          key: edge.parentKey,
          constraint,
        }),
      ],
      drop: [`alter table ${owned}\n  drop constraint ${identifier(constraint)};` as Sql],
      replaces: false,
      needs: [],
      hazards: [
        `stops writes to ${owned} and ${parent} for a moment (share row exclusive lock, to add a foreign key without checking old rows)`,
      ],
    },
    {
      id: `validation of ${id}`,
      phase: "after",
      create: [`alter table ${owned}\n  validate constraint ${identifier(constraint)};` as Sql],
      drop: [],
      replaces: false,
      needs: [id],
      hazards: [
        `reads all of ${owned} to check its ${identifier(edge.by)}; writes go on meanwhile; fails if a row names one of ${parent} that is not there`,
      ],
    },
  ];
}

/**
 * A foreign key of theirs that does not cascade goes as soon as ours is there, in one transaction: no
 * moment is without one. Going down restores it as it was.
 */
function replacedForeignKey(edge: ColumnEdge, name: string, definition: string): DbObject {
  const owned = qualified(...edge.table);
  return {
    id: `replaced foreign key ${identifier(name)} on ${owned}`,
    phase: "install",
    create: [
      `-- The foreign key above takes the place of this one, which does not cascade both ways.\nalter table ${owned}\n  drop constraint ${identifier(name)};` as Sql,
    ],
    drop: [`alter table ${owned}\n  add constraint ${identifier(name)}\n  ${definition};` as Sql],
    replaces: false,
    needs: [foreignKeyId(edge)],
    hazards: [
      `replaces the foreign key ${identifier(name)} on ${owned}, which does not cascade on delete and on update; going down checks all of ${owned} again`,
    ],
  };
}
