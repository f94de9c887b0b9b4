import { type Archive, type ColumnEdge, type Edge, isDecided } from "../graph.ts";
import { objectName } from "../names.ts";
import { identifier, lineComment, qualified, type Sql } from "../sql/quote.ts";
import { render, renderStamped } from "../sql/template.ts";
import { edgeNames } from "./edge-names.ts";
import { type DbObject, eventObjects } from "./object.ts";
import { archiveSlots } from "./policy.ts";

/** The table that keeps an edge's ended rows, where it is ours to make, and columns that it lacks. */
export function archiveTableObjects(edge: Edge): DbObject[] {
  if (edge.policy.kind !== "archive") return [];
  const { policy } = edge;
  return [
    ...(policy.ours ? [archiveTable(edge, policy)] : []),
    ...policy.missing.map(({ column, type }) => archiveColumn(edge, policy, column, type)),
  ];
}

function archiveTable(edge: Edge, { table }: Archive): DbObject {
  const slots = { archive: table, schema: table[0] };
  return {
    id: `archive ${qualified(...table)}`,
    phase: "install",
    create: [
      renderStamped(
        "archive/table.sql",
        `Rows of ${edge.written} that ended: as they were, and when that was.`,
        { ...slots, owned: edge.table },
      ),
    ],
    drop: [render("archive/drop.sql", slots)],
    replaces: true,
    needs: [],
    hazards: [],
  };
}

function archiveColumn(edge: Edge, policy: Archive, column: string, type: string): DbObject {
  const table = qualified(...policy.table);
  const sentence =
    column === "later_columns"
      ? `${table} keeps here what ${edge.written} is given later.`
      : `${edge.written} was given this column after ${table} was made.`;
  return {
    id: `archive column ${identifier(column)} of ${table}`,
    phase: "install",
    create: [
      render("archive/column.sql", {
        sentence: lineComment(sentence),
        archive: policy.table,
        column,
        type: type as Sql,
      }),
    ],
    drop: [],
    replaces: true,
    needs: [],
    follows: policy.ours ? `archive ${table}` : archiverId(edge),
    hazards: [{ text: `adds the column ${identifier(column)} to ${table}` }],
    locks: [{ table, create: "access exclusive", drop: "access exclusive" }],
  };
}

/** What writes into a table of the user's own: as long as it is there, the column is wanted. */
function archiverId(edge: Edge): string {
  return isDecided(edge)
    ? `function ${qualified("lastwill", edgeNames(edge).decide)}(${edge.key.type}[])`
    : `function ${qualified("lastwill", archivedName(edge))}()`;
}

function archivedName(edge: Edge): string {
  return objectName(edge.owner, edge.name, "archived");
}

/**
 * Rows that a foreign key ends by itself reach the archive by a trigger. A row whose parent is still
 * there was deleted by somebody, and did not end.
 */
export function archivedObjects(edge: ColumnEdge): DbObject[] {
  if (edge.policy.kind !== "archive") return [];
  const by = edge.by.map(identifier);
  const pairs = edge.by.map(
    (column, index) =>
      `parent.${identifier(edge.on.key[index]?.column ?? "")} = gone.${identifier(column)}`,
  );
  return eventObjects({
    name: archivedName(edge),
    table: edge.table,
    template: "archive/archived",
    trigger: "trigger/after_delete.sql",
    comment: `Keeps in ${qualified(...edge.policy.table)} the ${edge.written} that went with their ${edge.on.written}.`,
    slots: {
      ...archiveSlots(edge.policy),
      owned: edge.table,
      parent: edge.on.table,
      belonged: by.map((column) => `gone.${column} is not null`).join("\n    and ") as Sql,
      is_parent: pairs.join("\n        and ") as Sql,
    },
  });
}
