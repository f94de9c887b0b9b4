import type { DataEdge, Edge, Graph, PolymorphicEdge } from "../graph.ts";
import { objectName } from "../names.ts";
import { lines, list, perform } from "../sql/layout.ts";
import { identifier, pathText, qualified, type Sql } from "../sql/quote.ts";
import { render } from "../sql/template.ts";
import { edgeNames } from "./edge-names.ts";
import { keeperOf } from "./keeper.ts";
import { type DbObject, trigger } from "./object.ts";
import type { Trunk } from "./parent.ts";
import { keyInColumn, rowSlots } from "./polymorphic-rows.ts";
import { decodes, field, type Source, sourceChanged } from "./source.ts";

/**
 * The trigger on a parent's table for rows that name others than before, or were given another key, and
 * its function.
 */
export function changedKeeper(trunk: Trunk, sources: readonly Source[], graph: Graph): DbObject[] {
  const [newKey, oldKey] = [field("new", trunk.only.column), field("old", trunk.only.column)];
  const rename = lines([
    ...trunk.edges.flatMap((edge) => renameSql(edge, newKey, oldKey, graph)),
    // What cannot be read even now is noted again below, under the new key.
    ...(sources.some((source) => decodes(trunk, source))
      ? [render("owner/forget_renamed.sql", { owner: trunk.owner.name, key: oldKey })]
      : []),
  ]);
  const keeper = keeperOf(trunk);
  const follow = `Has what belongs to a row of ${trunk.written} follow it to another key.`;
  if (sources.length === 0) {
    const columns = identifier(trunk.only.column);
    const condition = `${oldKey} is distinct from ${newKey}` as Sql;
    return keeper("changed", follow, { rename }, { columns, condition }, "renamed");
  }
  const [fn, ...onChange] = keeper(
    "changed",
    `Ties what a changed row of ${trunk.written} names now, and lets go of what it names no more.`,
    {
      new_key: newKey,
      old_key: oldKey,
      rename,
      key: trunk.only.column,
      declarations: lines(sources.map(({ variable, type }) => `${variable} ${type};`)),
      pointers: list(sources.map((source) => source.read("standing"))),
      variables: list(sources.map(({ variable }) => variable)),
      body: lines(changedCalls(trunk, sources)),
    },
    {
      columns: list([...new Set(sources.map(({ column }) => identifier(column)))], ", "),
      condition: list(
        sources.flatMap((source) => sourceChanged(trunk, source)),
        "\nor ",
      ),
    },
  );
  if (!fn) return [];
  const onRename = trigger({
    name: objectName("lastwill", trunk.name, "renamed"),
    table: trunk.table,
    template: "owner/renamed_trigger.sql",
    comment: follow,
    slots: { key: trunk.only.column, function: objectName(trunk.name, "changed") },
    needs: [fn.id],
  });
  return [fn, ...onChange, onRename];
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
    ...rowSlots(edge),
    path: pathText(graph.path),
    new_key: keyInColumn(edge, newKey),
    old_key: keyInColumn(edge, oldKey),
  });
}

/**
 * What a changed row does: it lets go first and ties afterwards, so that what only one of its pointers
 * names no more, and another does, is taken back. Nobody sees what is in between.
 */
function changedCalls(trunk: Trunk, sources: readonly Source[]): string[] {
  const key = field("new", trunk.only.column);
  const owners = `array[${key}]::${trunk.only.type}[]`;
  const cuts = (source: Source) => source.edges.map((edge) => cutCall(edge, source, owners, key));
  const ties = (source: Source) => source.edges.map((edge) => tieCall(edge, source, key));
  const noted = sources.some((source) => decodes(trunk, source))
    ? [render("owner/note_changed.sql", { owner: trunk.owner.name, key })]
    : [];
  const [only, ...more] = sources;
  if (only && more.length === 0) {
    const calls = [...cuts(only), ...ties(only)];
    return [...noted, ...(decodes(trunk, only) ? ifMoved(trunk, only, key, calls) : calls)];
  }
  return [
    ...noted,
    ...sources.flatMap((source) => ifRead(trunk, source, cuts(source))),
    ...sources.flatMap((source) => ifRead(trunk, source, ties(source))),
  ];
}

/** Ties what a row names by one edge. */
export function tieCall(edge: DataEdge, source: Source, key: Sql): string {
  return perform(edgeNames(edge).tie, key, namedSql(edge, source));
}

function namedSql(edge: DataEdge, source: Source): Sql {
  return `${qualified("lastwill", edgeNames(edge).named)}(${source.variable})` as Sql;
}

function cutCall(edge: DataEdge, source: Source, owners: string, key: Sql): string {
  const names = edgeNames(edge);
  const named = namedSql(edge, source);
  return edge.onReplace === "release"
    ? perform(names.release, owners, named)
    : render("owner/keep.sql", { link: names.link, edge: edge.id, owner: key, named });
}

/** Calls for what a source names, where that is another thing than what it is tied to. */
function ifMoved(trunk: Trunk, source: Source, key: Sql, calls: readonly string[]): string[] {
  const moved = source.edges.map((edge) =>
    render("edge/data/moved.sql", {
      link: edgeNames(edge).link,
      owner: key,
      named: namedSql(edge, source),
    }),
  );
  return ifRead(trunk, source, [`if ${list(moved, "\nor ")}\nthen\n${indented(calls)}\nend if;`]);
}

function ifRead(trunk: Trunk, source: Source, calls: readonly string[]): string[] {
  if (!decodes(trunk, source)) return [...calls];
  return [
    `-- Data that cannot be read is unknown: it ties nothing, and above all releases nothing.\nif document is not null then\n${indented(calls)}\nend if;`,
  ];
}

function indented(calls: readonly string[]): string {
  return calls.join("\n").replaceAll(/^(?=.)/gm, "  ");
}
