import { type Edge, edgesOf, type Graph, type KeyType, parentKey } from "../graph.ts";
import type { Sql } from "../sql/quote.ts";
import { renderStamped } from "../sql/template.ts";
import { codecObjects } from "./codec.ts";
import { pointerType } from "./edge-names.ts";
import { type DbObject, relation, routine } from "./object.ts";
import { holdsText } from "./polymorphic-rows.ts";

/** The schema, and the tables and functions in it that are the same for every manifest. */
export function runtimeObjects(graph: Graph): DbObject[] {
  const edges = edgesOf(graph);
  const reads = new Set(edges.flatMap(keyRead));
  return [
    schema(),
    relation({
      kind: "table",
      name: "released",
      template: "runtime/released.sql",
      comment: "Owned rows that an owner let go of, waiting out their grace.",
    }),
    relation({
      kind: "table",
      name: "sweep_run",
      template: "runtime/sweep_run.sql",
      comment: "The log of the sweep: a row for each run over one owner.",
    }),
    relation({
      kind: "table",
      name: "sweep_step",
      template: "runtime/sweep_step.sql",
      comment: "What the last runs of the sweep have in hand.",
    }),
    relation({
      kind: "table",
      name: "hold",
      template: "runtime/hold.sql",
      comment:
        "Owners of whose rows far too much is due at once; their sweep holds until accepted_at is set.",
    }),
    relation({
      kind: "table",
      name: "quarantine",
      template: "runtime/quarantine.sql",
      comment: "Rows that the sweep could not end, with the reason and the next try.",
    }),
    relation({
      kind: "table",
      name: "undecodable",
      template: "runtime/undecodable.sql",
      comment: "Owners whose data cannot be read; nothing is released for them.",
    }),
    relation({
      kind: "table",
      name: "backfill",
      template: "runtime/backfill.sql",
      comment: "Backfills that were begun and are not finished, and how far each has come.",
    }),
    relation({
      kind: "table",
      name: "paused",
      template: "runtime/paused.sql",
      comment: "Owners whose sweep is paused, and until when.",
    }),
    routine({
      name: "quarantine_row",
      types: "text, text, text, text, text",
      template: "runtime/quarantine_row.sql",
      comment: "Puts a row aside that cannot end, and says until when.",
    }),
    routine({
      name: "note_undecodable",
      types: "text, text[], jsonb[]",
      template: "runtime/note_undecodable.sql",
      comment: "Notes the owners whose data cannot be read.",
    }),
    ...codecObjects(graph),
    ...(["smallint", "integer", "bigint", "uuid", "text"] as const)
      .filter((type) => reads.has(type) || (type === "text" && reads.has("bpchar")))
      .map((type) =>
        routine({
          name: `read_${type}`,
          types: "jsonb",
          template: `key/${type}.sql`,
          comment: `A key of type ${type} from a JSON value; null when it is none. Never raises an error.`,
        }),
      ),
  ];
}

/** The type of key that an edge reads out of JSON, if any. */
function keyRead(edge: Edge): KeyType[] {
  if (edge.kind === "data" && pointerType(edge) === "jsonb") return [edge.key.type];
  return edge.kind === "polymorphic" && holdsText(edge) ? [parentKey(edge).type] : [];
}

function schema(): DbObject {
  return {
    id: "schema lastwill",
    phase: "install",
    create: [
      renderStamped(
        "runtime/schema.sql",
        "pg-lastwill: temporary rows end with their owners. Begin with the views status and owned.",
      ),
    ],
    drop: ["drop schema lastwill;" as Sql],
    replaces: false,
    needs: [],
    hazards: [],
  };
}
