import { edgesOf, type Graph, isDecided, isSameTable, type Owner } from "../graph.ts";
import { objectName } from "../names.ts";
import { dueSql } from "../sql/expiry.ts";
import { lines, list } from "../sql/layout.ts";
import { identifier, lineComment, literal, nameText, type Sql, textArray } from "../sql/quote.ts";
import { render } from "../sql/template.ts";
import { columnsText } from "./key-text.ts";
import { type DbObject, routine } from "./object.ts";
import { tablesInOrder } from "./ownership-order.ts";
import { goneNames, type PreviewedTables, shownColumns, tableSql } from "./preview-table.ts";

/** lastwill.preview(): what the next sweep, or the end of one owner row, would do. */
export function previewObjects(graph: Graph): DbObject[] {
  return [
    routine({
      name: "preview_blocked",
      types: "text",
      template: "preview/preview_blocked.sql",
      comment: "What keeps the sweep from an owner altogether: a pause, or that it would hold.",
    }),
    routine({
      name: "preview_held_by",
      types: "regclass, tid[]",
      template: "preview/preview_held_by.sql",
      comment: "Which foreign keys of yours would keep these rows from being deleted.",
    }),
    ...graph.owners.map(endingFunction),
    previewFunction(graph),
  ];
}

function endingName(owner: Owner): string {
  return objectName(owner.name, "ending");
}

function endingFunction(owner: Owner): DbObject {
  const key = ownerKey(owner);
  return routine({
    name: endingName(owner),
    types: "text",
    template: "preview/ending.sql",
    comment: `Which rows of ${owner.written} a preview is about.`,
    slots: {
      ending: endingName(owner),
      table: owner.table,
      key,
      is_key: isKeySql(owner, key),
      due: dueSql(owner.expires, "owner"),
      not_aside: render("owner/not_aside.sql", { owner: owner.name, key }),
      no_row: `no row of ${owner.written} has this key`,
    },
  });
}

function ownerKey(owner: Owner): Sql {
  return columnsText(
    owner.key.map(({ column }) => column),
    "owner",
  );
}

/** By its index, where it has one column. */
function isKeySql(owner: Owner, key: Sql): Sql {
  const [only, ...more] = owner.key;
  if (!only || more.length > 0) return `${key} = owner_key` as Sql;
  return `owner.${identifier(only.column)} = cast(owner_key as ${only.type})` as Sql;
}

function previewFunction(graph: Graph): DbObject {
  const tables: PreviewedTables = goneNames(tablesInOrder(graph));
  const edges = edgesOf(graph);
  const secret = edges.filter((edge) => shownColumns(edge, graph).length === 0);
  const places = [
    ...graph.owners.map(({ name }) => `(${literal(name)}, 0)`),
    ...edges.filter(isDecided).map(({ id, depth }) => `(${literal(id)}, ${depth})`),
  ];
  return routine({
    name: "preview",
    types: "text, text",
    template: "preview/preview.sql",
    comment:
      "What the next sweep would do: select * from lastwill.preview('session'); " +
      "Of one owner or of all; with owner_key, what the end of that row would do. It changes nothing. " +
      "What has a blocked_by does not happen as long as that is so.",
    slots: {
      backfill: edges.some(isDecided) ? render("preview/backfill.sql") : ("" as Sql),
      gone: lines([...tables.gone.values()].map((name) => `${name} tid[] := cast('{}' as tid[]);`)),
      owners: list(
        graph.owners.map((owner) => ownerSql(owner, tables)),
        "\n\n",
      ),
      tables: list(
        tables.ordered.flatMap((table) => tableSql(table, tables, graph)),
        "\n\n",
      ),
      secret: textArray(secret.map(({ id }) => id)),
      depths: list(places),
    },
  });
}

function ownerSql(owner: Owner, { ordered, gone }: PreviewedTables): Sql {
  const table = ordered.find((each) => isSameTable(each.table, owner.table));
  const name = table && gone.get(table);
  return render("preview/owner.sql", {
    owner: owner.name,
    written: lineComment(owner.written),
    ending: endingName(owner),
    table_text: nameText(...owner.table),
    take: name === undefined ? ("" as Sql) : render("preview/owner_take.sql", { gone: name }),
  });
}
