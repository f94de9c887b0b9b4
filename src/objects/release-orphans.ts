import {
  type ColumnEdge,
  type DecidedEdge,
  type Edge,
  edgesOver,
  type Graph,
  type TableName,
  type ThroughEdge,
} from "../graph.ts";
import { objectName } from "../names.ts";
import {
  identifier,
  join,
  literal,
  nameText,
  pathText,
  qualified,
  type Sql,
} from "../sql/quote.ts";
import type { Reference } from "./foreign-key.ts";
import { handedOverSql, lingeringReferences, unnamedEdges } from "./lingering.ts";
import { type DbObject, routine } from "./object.ts";
import { orphanSql, type Treatment, workSql } from "./orphans.ts";

/** One thing that is done about rows that linger, over the pages of one table. */
interface Step {
  readonly edge: Edge;
  /** The table whose pages are gone through. */
  readonly table: TableName;
  readonly routine: DbObject;
  /** What is called. */
  readonly call: Sql;
  /** Whether it is done only for an edge that is asked for by name. */
  readonly askedForOnly: boolean;
}

/** The procedure lastwill.release_orphans, and what it does for each edge. */
export function releaseOrphansObjects(graph: Graph): DbObject[] {
  // A join table's rows go first: then nobody ties what they tied.
  const steps = [
    ...lingeringReferences(graph).map((reference) => untieStep(reference, graph)),
    ...unnamedEdges(graph).map((edge) => handOverStep(edge, graph)),
  ];
  if (steps.length === 0) return [];
  return [
    ...steps.map((step) => step.routine),
    routine({
      name: "release_orphans_begin",
      types: "text, interval",
      template: "orphans/release_orphans_begin.sql",
      comment: "The steps by which rows that linger are handed to the sweep.",
      slots: { steps: join(steps.map(stepRow), ",\n") },
    }),
    routine({
      name: "release_orphans_batch",
      types: "integer, bigint, interval",
      template: "orphans/release_orphans_batch.sql",
      comment: "Hands to the sweep the rows that linger on a few pages of a table.",
      slots: {
        tables: join(steps.map(tableCase), "\n"),
        steps: join(steps.map(stepCase), "\n"),
      },
    }),
    routine({
      kind: "procedure",
      name: "release_orphans",
      types: "text, interval, jsonb",
      template: "orphans/release_orphans.sql",
      comment:
        "Hands rows that linger (see lastwill.orphan) to the sweep: call lastwill.release_orphans(); " +
        "Of one edge or of all; the sweep looks at them when the grace is over. " +
        "Gives how many rows of each edge. It commits, and may be cut off and called again.",
    }),
  ];
}

function stepRow({ edge, askedForOnly }: Step, index: number): Sql {
  return `(${index + 1}, ${literal(edge.id)}, ${askedForOnly})` as Sql;
}

function tableCase({ edge, table }: Step, index: number): Sql {
  return [
    `when ${index + 1} then`,
    `  edge := ${literal(edge.id)};`,
    `  owned := ${literal(nameText(...table))};`,
  ].join("\n") as Sql;
}

function stepCase({ call }: Step, index: number): Sql {
  return `when ${index + 1} then\n  n_rows := ${call};` as Sql;
}

function handOverStep(edge: DecidedEdge, graph: Graph): Step {
  const name = objectName(edge.owner, edge.name, "hand_over");
  return {
    edge,
    table: edge.table,
    call: `${qualified("lastwill", name)}(from_place, to_place, grace)` as Sql,
    askedForOnly: mayNameManaged(edge, graph),
    routine: routine({
      name,
      types: "tid, tid, interval",
      template: "edge/orphans/hand_over.sql",
      comment: `Hands to the sweep the rows of ${edge.written} on these pages that nobody ties.`,
      slots: {
        hand_over: name,
        owned: edge.table,
        key: edge.key.column,
        edge: edge.id,
        former_owner: (edge.kind === "polymorphic"
          ? `owned.${identifier(edge.by.column)}::text`
          : "'orphan ' || gen_random_uuid()") as Sql,
        lingers: handedOverSql(edge, graph),
      },
    }),
  };
}

function untieStep(reference: Reference, graph: Graph): Step {
  const { edge, table, parentTable } = reference;
  const name = objectName(edge.owner, edge.name, "untie");
  const deed = deedOf(edge);
  const waits = deed === "release";
  return {
    edge,
    table,
    call: `${qualified("lastwill", name)}(from_place, to_place${waits ? ", grace" : ""})` as Sql,
    askedForOnly: isManaged(edge),
    routine: routine({
      name,
      types: waits ? "tid, tid, interval" : "tid, tid",
      template: "edge/orphans/untie.sql",
      comment: `Unties the rows of ${reference.written} on these pages whose parent is not there.`,
      slots: {
        untie: name,
        grace: (waits ? ", grace interval" : "") as Sql,
        types: (waits ? "tid, tid, interval" : "tid, tid") as Sql,
        owned: table,
        parent: parentTable,
        edge: edge.id,
        orphan: orphanSql(reference, "operator(pg_catalog.=)"),
        path: pathText(graph.path),
        work: workSql(reference, deed, "grace" as Sql),
      },
    }),
  };
}

/** What the foreign key would have done on the day when the parent went. */
function deedOf(edge: ColumnEdge | ThroughEdge): Exclude<Treatment, "stop"> {
  if (edge.kind === "through" || edge.end === "cascade") return "delete";
  return edge.end === "detach" ? "release" : "set_null";
}

/** A row of one type names no owner of another. */
function mayNameManaged(edge: DecidedEdge, graph: Graph): boolean {
  if (edge.kind === "polymorphic") return isManaged(edge);
  return edgesOver(graph, edge.table).some(isManaged);
}

/** Its owners are told to lastwill one by one, so those who are not there yet may well live. */
function isManaged(edge: Edge): boolean {
  return edge.on.table[0] === "lastwill";
}
