import {
  type DataEdge,
  type DecidedEdge,
  type Edge,
  type Graph,
  isDataEdge,
  isDecided,
  type PolymorphicEdge,
} from "../graph.ts";
import { objectName } from "../names.ts";
import { dueSql, duration } from "../sql/expiry.ts";
import { lines, list, perform } from "../sql/layout.ts";
import { identifier, qualified, type Sql } from "../sql/quote.ts";
import { render, type Slots } from "../sql/template.ts";
import { edgeNames } from "./edge-names.ts";
import { type DbObject, eventObjects } from "./object.ts";
import type { Trunk } from "./parent.ts";
import { keyInColumn, ownerlessSlots } from "./polymorphic-edge.ts";
import { decodes, field, type Source, sourceChanged } from "./source.ts";

/**
 * The triggers on a parent's table, and their functions: they keep the links of its data edges, and let
 * go of what hangs on a row that went.
 */
export function keepers(trunk: Trunk, sources: readonly Source[], graph: Graph): DbObject[] {
  const edges = trunk.edges.filter(isDecided);
  const keeper = keeperOf(trunk);
  const names = edges.some(isDataEdge);
  const follows = names || edges.some((edge) => edge.kind === "polymorphic");
  return [
    ...(names
      ? keeper("inserted", `Ties what new rows of ${trunk.written} name.`, {
          owner_type: trunk.only.type as Sql,
          key: trunk.only.column,
          declarations: lines(sources.map(({ variable, type }) => `${variable} ${type}[];`)),
          pointers: list(sources.map((source) => `array_agg(${source.read("standing")})`)),
          variables: list(sources.map(({ variable }) => variable)),
          body: lines(
            sources.flatMap((source) => tieCalls(trunk, source, "owners", source.variable)),
          ),
        })
      : []),
    ...(follows ? changedKeeper(trunk, sources, graph) : []),
    ...leavingKeeper(trunk, edges),
    ...deletedKeeper(trunk, edges, sources),
    ...(follows ? truncatedKeeper(trunk, edges, sources) : []),
  ];
}

type Event = "inserted" | "changed" | "deleted" | "truncated";

/** Makes a trigger function and its trigger, both named for the event. */
function keeperOf(trunk: Trunk) {
  return (event: Event, comment: string, slots: Slots, triggerSlots: Slots = {}, file?: string) =>
    eventObjects({
      name: objectName(trunk.name, event),
      table: trunk.table,
      template: `owner/${event}`,
      file: file === undefined ? undefined : `owner/${file}.sql`,
      comment,
      slots: { ...slots, table: trunk.table },
      triggerSlots,
    });
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
        : render("edge/polymorphic/ownerless.sql", ownerlessSlots(edge));
    return [perform(endsAtOnce(edge) ? end : release, owners)];
  });
  return keeperOf(trunk)("truncated", `Lets go of what ${trunk.written} had before a TRUNCATE.`, {
    release: lines(calls),
    undecodable: sources.some((source) => decodes(trunk, source))
      ? render("owner/forget_truncated.sql", { owner: trunk.owner.name })
      : ("" as Sql),
  });
}

function changedKeeper(trunk: Trunk, sources: readonly Source[], graph: Graph): DbObject[] {
  const key = identifier(trunk.only.column);
  const [newKey, oldKey] = [field("new", trunk.only.column), field("old", trunk.only.column)];
  const columns = [...new Set([...sources.map(({ column }) => column), trunk.only.column])];
  const rename = lines([
    ...trunk.edges.flatMap((edge) => renameSql(edge, newKey, oldKey, graph)),
    // What cannot be read even now is noted again below, under the new key.
    ...(sources.some((source) => decodes(trunk, source))
      ? [render("owner/forget_renamed.sql", { owner: trunk.owner.name, key: oldKey })]
      : []),
  ]);
  const triggerSlots = {
    columns: list(columns.map(identifier), ", "),
    condition: [
      `old.${key} is distinct from new.${key}`,
      ...sources.map((source) => sourceChanged(trunk, source)),
    ].join("\nor ") as Sql,
  };
  const slots = { new_key: newKey, old_key: oldKey, rename };
  const keeper = keeperOf(trunk);
  if (sources.length === 0) {
    const comment = `Has what belongs to a row of ${trunk.written} follow it to another key.`;
    return keeper("changed", comment, { rename }, triggerSlots, "renamed");
  }
  return keeper(
    "changed",
    `Ties what a changed row of ${trunk.written} names now, and lets go of what it names no more.`,
    {
      ...slots,
      key: trunk.only.column,
      declarations: lines(sources.map((source) => `${single(source)} ${source.type};`)),
      pointers: list(sources.map((source) => source.read("standing"))),
      variables: list(sources.map(single)),
      body: lines(changedCalls(trunk, sources)),
    },
    triggerSlots,
  );
}

/** What foreign keys do by themselves, for ties that have none. */
function renameSql(edge: Edge, newKey: Sql, oldKey: Sql, graph: Graph): string[] {
  if (edge.kind === "data") {
    return [
      render("edge/data/rename.sql", {
        link: edgeNames(edge).link,
        new_key: newKey,
        old_key: oldKey,
      }),
    ];
  }
  return edge.kind === "polymorphic" ? [renamePolymorphic(edge, newKey, oldKey, graph)] : [];
}

function renamePolymorphic(edge: PolymorphicEdge, newKey: Sql, oldKey: Sql, graph: Graph): string {
  return render("edge/polymorphic/rename.sql", {
    owned: edge.table,
    by: edge.by.column,
    type_column: edge.typeColumn,
    type: edge.type,
    path: graph.path,
    new_key: keyInColumn(edge, newKey),
    old_key: keyInColumn(edge, oldKey),
  });
}

/** The variable for one row's value, where `variable` holds those of many. */
function single(source: Source): string {
  return source.variable.replace(/^(document|pointer)s/, "$1");
}

/**
 * What a changed row does: it lets go first and ties afterwards, so that what only one of its pointers
 * names no more, and another does, is taken back. Nobody sees what is in between.
 */
function changedCalls(trunk: Trunk, sources: readonly Source[]): string[] {
  const key = field("new", trunk.only.column);
  const owners = `array[${key}]::${trunk.only.type}[]`;
  const cuts = (source: Source) => source.edges.map((edge) => cutCall(edge, source, owners, key));
  const ties = (source: Source) =>
    source.edges.map((edge) =>
      perform(edgeNames(edge).tie, owners, `array[${single(source)}]::${source.type}[]`),
    );
  const noted = sources.some((source) => decodes(trunk, source))
    ? [render("owner/note_changed.sql", { owner: trunk.owner.name, key })]
    : [];
  const [only, ...more] = sources;
  if (only && more.length === 0) {
    return [...noted, ...ifRead(trunk, only, [...cuts(only), ...ties(only)])];
  }
  return [
    ...noted,
    ...sources.flatMap((source) => ifRead(trunk, source, cuts(source))),
    ...sources.flatMap((source) => ifRead(trunk, source, ties(source))),
  ];
}

function cutCall(edge: DataEdge, source: Source, owners: string, key: Sql): string {
  const names = edgeNames(edge);
  const named = `${qualified("lastwill", names.named)}(${single(source)})`;
  return edge.onReplace === "release"
    ? perform(names.release, owners, named)
    : render("owner/keep.sql", {
        link: names.link,
        edge: edge.id,
        owner: key,
        named: named as Sql,
      });
}

function ifRead(trunk: Trunk, source: Source, calls: readonly string[]): string[] {
  if (!decodes(trunk, source)) return [...calls];
  const indented = calls.map((call) => call.replaceAll(/^/gm, "  ")).join("\n");
  return [
    `-- Data that cannot be read is unknown: it ties nothing, and above all releases nothing.\nif document is not null then\n${indented}\nend if;`,
  ];
}

/** The calls that tie what one source names, for arrays of owners and values. */
export function tieCalls(trunk: Trunk, source: Source, owners: string, values: string): string[] {
  const noted = decodes(trunk, source)
    ? [
        render("owner/note_new.sql", {
          owner: trunk.owner.name,
          owners: owners as Sql,
          values: values as Sql,
        }),
      ]
    : [];
  return [...noted, ...source.edges.map((edge) => perform(edgeNames(edge).tie, owners, values))];
}
