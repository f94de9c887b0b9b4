import type { DataEdge, Edge, Graph, PolymorphicEdge } from "../graph.ts";
import { lines, list, perform } from "../sql/layout.ts";
import { identifier, qualified, type Sql } from "../sql/quote.ts";
import { render } from "../sql/template.ts";
import { edgeNames } from "./edge-names.ts";
import { keeperOf } from "./keeper.ts";
import type { DbObject } from "./object.ts";
import type { Trunk } from "./parent.ts";
import { keyInColumn, rowSlots } from "./polymorphic-rows.ts";
import { decodes, field, type Source, sourceChanged } from "./source.ts";

/**
 * The trigger on a parent's table for rows that name others than before, or were given another key, and
 * its function.
 */
export function changedKeeper(trunk: Trunk, sources: readonly Source[], graph: Graph): DbObject[] {
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
    ...rowSlots(edge),
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
