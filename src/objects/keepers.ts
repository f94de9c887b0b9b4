import { type DecidedEdge, type Graph, isDataEdge, isDecided } from "../graph.ts";
import { objectName } from "../names.ts";
import { dueSql, duration } from "../sql/expiry.ts";
import { lines, list, perform } from "../sql/layout.ts";
import { identifier, qualified, type Sql } from "../sql/quote.ts";
import { render } from "../sql/template.ts";
import { changedKeeper, tieCall } from "./changed-keeper.ts";
import { edgeNames } from "./edge-names.ts";
import { keeperOf } from "./keeper.ts";
import { type DbObject, eventObjects } from "./object.ts";
import type { Trunk } from "./parent.ts";
import { parentKeyOf } from "./polymorphic-rows.ts";
import { decodes, field, mayName, type Source } from "./source.ts";

/**
 * The triggers on a parent's table, and their functions: they keep the links of its data edges, and let
 * go of what hangs on a row that went.
 */
export function keepers(trunk: Trunk, sources: readonly Source[], graph: Graph): DbObject[] {
  const edges = trunk.edges.filter(isDecided);
  const names = edges.some(isDataEdge);
  const follows = names || edges.some((edge) => edge.kind === "polymorphic");
  return [
    ...(names ? insertedKeeper(trunk, sources) : []),
    ...(follows ? changedKeeper(trunk, sources, graph) : []),
    ...leavingKeeper(trunk, edges),
    ...deletedKeeper(trunk, edges, sources),
    ...(follows ? truncatedKeeper(trunk, edges, sources) : []),
  ];
}

function insertedKeeper(trunk: Trunk, sources: readonly Source[]): DbObject[] {
  const key = field("new", trunk.only.column);
  return keeperOf(trunk)(
    "inserted",
    `Ties what a new row of ${trunk.written} names.`,
    {
      key: trunk.only.column,
      new_key: key,
      declarations: lines(sources.map(({ variable, type }) => `${variable} ${type};`)),
      pointers: list(sources.map((source) => source.read("standing"))),
      variables: list(sources.map(({ variable }) => variable)),
      body: lines(sources.flatMap((source) => tieCalls(trunk, source, key))),
    },
    {
      condition: list(
        sources.flatMap((source) => mayName(trunk, source)),
        "\nor ",
      ),
    },
  );
}

function deletedKeeper(
  trunk: Trunk,
  edges: readonly DecidedEdge[],
  sources: readonly Source[],
): DbObject[] {
  const keeper = keeperOf(trunk);
  const comment = `Lets go of what deleted rows of ${trunk.written} had.`;
  const common = { owner_type: trunk.only.type as Sql, key: trunk.only.column };
  if (trunk.edge) {
    const end = lines(edges.map((edge) => endCall(edge, "ended")));
    return keeper("deleted", comment, { ...common, end }, {}, "deleted_nested");
  }
  return keeper("deleted", comment, {
    ...common,
    due: dueSql(trunk.owner.expires, "gone"),
    end: lines(
      edges.map((edge) => endCall(edge, edge.grace === 0 ? "expired || left_early" : "expired")),
    ),
    release: lines(edges.flatMap((edge) => leftEarly(edge))),
    undecodable: sources.some((source) => decodes(trunk, source))
      ? render("owner/forget_deleted.sql", { owner: trunk.owner.name })
      : ("" as Sql),
  });
}

/** Ends at once what these owners had. */
function endCall(edge: DecidedEdge, owners: string): string {
  const keys = owners.includes(" ") ? `(${owners})` : owners;
  return perform(edgeNames(edge).end, byForeignKey(edge) ? `${keys}::text[]` : owners);
}

/** What happens to the rows of owners that were deleted before they had expired. */
function leftEarly(edge: DecidedEdge): string[] {
  if (edge.grace === 0) return [];
  // They were released row by row, before the foreign key let go of them.
  return byForeignKey(edge) ? [] : [perform(edgeNames(edge).release, "left_early")];
}

type ByForeignKey = Extract<DecidedEdge, { kind: "column" | "through" }>;

function byForeignKey(edge: DecidedEdge): edge is ByForeignKey {
  return edge.kind === "column" || edge.kind === "through";
}

/** Releases what foreign keys tie to a row that goes, while it can still be found. */
function leavingKeeper(trunk: Trunk, edges: readonly DecidedEdge[]): DbObject[] {
  const tied = edges.filter(byForeignKey);
  if (tied.length === 0) return [];
  const name = objectName(trunk.name, "leaving");
  return eventObjects({
    name,
    triggerName: objectName("Lastwill", name),
    table: trunk.table,
    template: "owner/leaving",
    comment: `Releases what foreign keys tie to a row of ${trunk.written} that goes.`,
    slots: {
      table: trunk.table,
      releases: list(
        tied.map((edge) => leavingSql(edge, field("old", trunk.only.column))),
        "\n\n",
      ),
    },
  });
}

function leavingSql(edge: ByForeignKey, old_key: Sql): Sql {
  const waits = { edge: edge.id, grace: duration(edge.grace), old_key };
  return edge.kind === "column"
    ? render("edge/column/leaving.sql", {
        ...waits,
        owned: edge.table,
        key: edge.key.column,
        by: edge.by[0] ?? "",
      })
    : render("edge/through/leaving.sql", {
        ...waits,
        join: edge.join,
        to_parent: edge.toParent.column,
        to_owned: edge.toOwned.column,
      });
}

/** A TRUNCATE cannot get past a foreign key, so only links and polymorphic rows are left to see to. */
function truncatedKeeper(
  trunk: Trunk,
  edges: readonly DecidedEdge[],
  sources: readonly Source[],
): DbObject[] {
  const endsAtOnce = (edge: DecidedEdge) => edge.grace === 0 || trunk.edge !== undefined;
  // What waits out a grace is released first, so that nothing of it ends for another edge's sake.
  const ordered = [...edges.filter((edge) => !endsAtOnce(edge)), ...edges.filter(endsAtOnce)];
  const calls = ordered.flatMap((edge) => {
    if (edge.kind !== "data" && edge.kind !== "polymorphic") return [];
    const { end, release, link } = edgeNames(edge);
    const owners =
      edge.kind === "data"
        ? `array(\n  select distinct link.owner_key\n  from ${qualified("lastwill", link)} as link\n)`
        : render("edge/polymorphic/ownerless.sql", {
            owned: edge.table,
            type_column: edge.typeColumn,
            type: edge.type,
            parent_key_of_owned: parentKeyOf(edge, `owned.${identifier(edge.by.column)}`),
          });
    return [perform(endsAtOnce(edge) ? end : release, owners)];
  });
  return keeperOf(trunk)("truncated", `Lets go of what ${trunk.written} had before a TRUNCATE.`, {
    release: lines(calls),
    undecodable: sources.some((source) => decodes(trunk, source))
      ? render("owner/forget_truncated.sql", { owner: trunk.owner.name })
      : ("" as Sql),
  });
}

/** Ties what a row names that had named nothing, so far as we know. */
export function tieCalls(trunk: Trunk, source: Source, key: Sql): string[] {
  const noted = decodes(trunk, source)
    ? [render("owner/note_new.sql", { owner: trunk.owner.name, key })]
    : [];
  return [...noted, ...source.edges.map((edge) => tieCall(edge, source, key))];
}
