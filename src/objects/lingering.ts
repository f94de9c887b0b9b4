import {
  type ColumnEdge,
  type DecidedEdge,
  type Edge,
  edgesOf,
  edgesOver,
  type Graph,
  isDecided,
} from "../graph.ts";
import { unionAll } from "../sql/layout.ts";
import { identifier, join, literal, nameText, type Sql, textArray } from "../sql/quote.ts";
import { render } from "../sql/template.ts";
import { linkTables } from "./edge-names.ts";
import { foreignKeysOf, type Reference } from "./foreign-key.ts";
import { keyText } from "./key-text.ts";
import { endsSql, ownerlessSql } from "./last-owner.ts";
import { type DbObject, relation } from "./object.ts";
import { orphanSql } from "./orphans.ts";

/** The view lastwill.orphan: rows that lingered, from before lastwill or because triggers were off. */
export function orphanView(graph: Graph): DbObject {
  const selects = [
    ...unnamedEdges(graph).map((edge) => unnamedSelect(edge, graph)),
    ...columnEdges(graph).map((edge) => lingeringSelect(edge, graph)),
  ];
  return relation({
    kind: "view",
    name: "orphan",
    template: "view/orphan.sql",
    comment: "Owned rows that no owner names and that wait for no sweep.",
    slots: { tables: unionAll(selects, render("view/no_orphan.sql")) },
    needs: ["table lastwill.released", ...linkTables(edgesOf(graph))],
  });
}

/**
 * An edge for each table, and for each type of a polymorphic one, of whose rows those linger that nobody
 * ties. Tables whose rows may rightly be without an owner are left out: nobody can tell which of them linger.
 */
export function unnamedEdges(graph: Graph): DecidedEdge[] {
  const edges = graph.owners.flatMap((owner) => owner.edges.filter(isDecided));
  return edges.filter((edge) => {
    const over = edgesOver(graph, edge.table);
    const types = over.filter(({ kind }) => kind === "polymorphic");
    return over.every(isForGood) && (types.length > 0 ? types : over.slice(0, 1)).includes(edge);
  });
}

/** Whether a row without a tie of this edge is one that lingers: not where it may have been let go of. */
function isForGood(edge: Edge): boolean {
  if (edge.kind === "column") return false;
  return edge.kind !== "data" || edge.onReplace === "release";
}

/** The foreign keys whose rows linger when they name a parent who is not there. */
export function lingeringReferences(graph: Graph): Reference[] {
  return edgesOf(graph).flatMap((edge) => foreignKeysOf(edge).slice(0, 1));
}

function columnEdges(graph: Graph): ColumnEdge[] {
  return edgesOf(graph).filter((edge): edge is ColumnEdge => edge.kind === "column");
}

/** That the row behind `owned` has nobody by what the sweep goes by, and does not wait for it yet. */
export function handedOverSql(edge: DecidedEdge, graph: Graph): Sql {
  // With the offset it is a look-up for each row, however short the planner thinks the queue is.
  const waits = waitsForNothing(edge, graph, "offset 0" as Sql);
  return join([...belongsSql(edge), endsSql(edge, graph), waits], "\nand ");
}

function unnamedSelect(edge: DecidedEdge, graph: Graph): Sql {
  return orphanSelect(edge, [
    ...belongsSql(edge),
    ownerlessSql(edge, graph),
    waitsForNothing(edge, graph),
  ]);
}

function lingeringSelect(edge: ColumnEdge, graph: Graph): Sql {
  const [reference] = foreignKeysOf(edge);
  const others = ownerlessSql(edge, graph, edge);
  return orphanSelect(edge, [
    ...(reference ? [orphanSql(reference, "=")] : []),
    ...(others === "" ? [] : [others]),
  ]);
}

function orphanSelect(edge: Edge, lingers: readonly Sql[]): Sql {
  return render("view/orphan_table.sql", {
    edge: edge.id,
    owned: edge.table,
    owned_name: nameText(...edge.table),
    key: keyText(edge, "owned"),
    lingers: join(lingers, "\nand "),
  });
}

function waitsForNothing(edge: DecidedEdge, graph: Graph, offset = "" as Sql): Sql {
  return render("view/waits_for_nothing.sql", {
    offset,
    edges: textArray(edgesOver(graph, edge.table).map(({ id }) => id)),
    key: edge.key.column,
  });
}

/** Rows of a polymorphic table that belong to others are not ours to judge. */
function belongsSql(edge: DecidedEdge): Sql[] {
  if (edge.kind !== "polymorphic") return [];
  const [by, type] = [identifier(edge.by.column), identifier(edge.typeColumn)];
  return [`owned.${by} is not null` as Sql, `owned.${type} = ${literal(edge.type)}` as Sql];
}
