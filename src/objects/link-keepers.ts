import type { DataEdge, Owner } from "../graph.ts";
import { objectName } from "../names.ts";
import { dueSql } from "../sql/expiry.ts";
import { lines, list, perform } from "../sql/layout.ts";
import { identifier, literal, qualified, type Sql } from "../sql/quote.ts";
import { render } from "../sql/template.ts";
import { dataEdgeNames, letGo } from "./data-edge-names.ts";
import { type DbObject, routine, trigger } from "./object.ts";
import { decodes, field, type Source, sourceChanged } from "./source.ts";

/** The triggers on the owner's table that keep its links, and their functions. */
export function linkKeepers(
  owner: Owner,
  edges: readonly DataEdge[],
  sources: readonly Source[],
): DbObject[] {
  return [
    ...keeper(owner, "inserted", `Ties what new rows of ${owner.written} name.`, {
      owner_type: owner.key.type as Sql,
      key: owner.key.column,
      declarations: lines(sources.map(({ variable, type }) => `${variable} ${type}[];`)),
      pointers: list(sources.map((source) => `array_agg(${source.read("standing")})`)),
      variables: list(sources.map(({ variable }) => variable)),
      body: lines(sources.flatMap((source) => tieCalls(owner, source, "owners", source.variable))),
    }),
    ...changedKeeper(owner, sources),
    ...keeper(owner, "deleted", `Lets go of what deleted rows of ${owner.written} named.`, {
      owner_type: owner.key.type as Sql,
      key: owner.key.column,
      due: dueSql(owner.expires, "gone"),
      end: lines(edges.map((edge) => perform(dataEdgeNames(edge).end, "expired"))),
      release: lines(edges.map((edge) => perform(letGo(edge), "left_early"))),
      undecodable: decodes(owner)
        ? (`delete from lastwill.undecodable as noted\nwhere noted.owner = ${literal(owner.name)}\n  and noted.owner_key = any((expired || left_early)::text[]);` as Sql)
        : ("" as Sql),
    }),
    ...keeper(
      owner,
      "truncated",
      `Lets go of what rows of ${owner.written} named before a TRUNCATE.`,
      {
        release: lines(
          edges.map((edge) =>
            perform(
              letGo(edge),
              `array(\n  select distinct link.owner_key\n  from ${qualified("lastwill", dataEdgeNames(edge).link)} as link\n)`,
            ),
          ),
        ),
        undecodable: decodes(owner)
          ? (`delete from lastwill.undecodable as noted\nwhere noted.owner = ${literal(owner.name)};` as Sql)
          : ("" as Sql),
      },
    ),
  ];
}

/** A trigger function and its trigger; both are named for the event. */
function keeper(
  owner: Owner,
  event: "inserted" | "deleted" | "truncated" | "changed",
  comment: string,
  slots: Record<string, Sql | string>,
  triggerSlots: Record<string, Sql | string> = {},
): DbObject[] {
  const name = objectName(owner.name, event);
  const fn = routine({
    name,
    template: `owner/${event}.sql`,
    comment,
    slots: { ...slots, function: name, table: owner.table },
  });
  return [
    fn,
    trigger({
      name: objectName("lastwill", owner.name, event),
      table: owner.table,
      template: `owner/${event}_trigger.sql`,
      comment,
      slots: { ...triggerSlots, function: name },
      needs: [fn.id],
    }),
  ];
}

function changedKeeper(owner: Owner, sources: readonly Source[]): DbObject[] {
  const edges = sources.flatMap((source) => source.edges);
  const key = identifier(owner.key.column);
  const [newKey, oldKey] = [field("new", owner.key.column), field("old", owner.key.column)];
  const columns = [...new Set([...sources.map(({ column }) => column), owner.key.column])];
  return keeper(
    owner,
    "changed",
    `Ties what a changed row of ${owner.written} names now, and lets go of what it names no more.`,
    {
      new_key: newKey,
      old_key: oldKey,
      key: owner.key.column,
      declarations: lines(sources.map((source) => `${single(source)} ${source.type};`)),
      pointers: list(sources.map((source) => source.read("standing"))),
      variables: list(sources.map(single)),
      rename: lines([
        ...edges.map(
          (edge) =>
            `update ${qualified("lastwill", dataEdgeNames(edge).link)} as link\nset owner_key = ${newKey}\nwhere link.owner_key = ${oldKey};`,
        ),
        // What cannot be read even now is noted again below, under the new key.
        ...(decodes(owner) && sources.some((source) => source.type === "jsonb")
          ? [
              `delete from lastwill.undecodable as noted\nwhere noted.owner = ${literal(owner.name)}\n  and noted.owner_key = ${oldKey}::text;`,
            ]
          : []),
      ]),
      body: lines(sources.flatMap((source) => changedCalls(owner, source))),
    },
    {
      columns: list(columns.map(identifier), ", "),
      condition: [
        `old.${key} is distinct from new.${key}`,
        ...sources.map((source) => sourceChanged(owner, source)),
      ].join("\nor ") as Sql,
    },
  );
}

/** The variable for one row's value, where `variable` holds those of many. */
function single(source: Source): string {
  return source.variable.replace(/^(document|pointer)s/, "$1");
}

/** What a changed row does to one source's edges: tie first, so that what it still names is never free. */
function changedCalls(owner: Owner, source: Source): string[] {
  const key = field("new", owner.key.column);
  const owners = `array[${key}]::${owner.key.type}[]`;
  const value = single(source);
  const cut = source.edges.map((edge) => {
    const names = dataEdgeNames(edge);
    const named = `${qualified("lastwill", names.named)}(${value})`;
    return edge.onReplace === "release"
      ? perform(dataEdgeNames(edge).release, owners, named)
      : render("owner/keep.sql", {
          link: names.link,
          edge: edge.id,
          owner: key,
          named: named as Sql,
        });
  });
  const calls = [
    ...source.edges.map((edge) =>
      perform(dataEdgeNames(edge).tie, owners, `array[${value}]::${source.type}[]`),
    ),
    ...cut,
  ];
  if (!(source.type === "jsonb" && decodes(owner))) return calls;
  const noted = render("owner/note_changed.sql", { owner: owner.name, key });
  const indented = calls.map((call) => call.replaceAll(/^/gm, "  ")).join("\n");
  return [
    noted,
    `-- Data that cannot be read is unknown: it ties nothing, and above all releases nothing.\nif document is not null then\n${indented}\nend if;`,
  ];
}

/** The calls that tie what one source names, for arrays of owners and values. */
export function tieCalls(owner: Owner, source: Source, owners: string, values: string): string[] {
  const noted =
    source.type === "jsonb" && decodes(owner)
      ? [
          render("owner/note_new.sql", {
            owner: owner.name,
            owners: owners as Sql,
            values: values as Sql,
          }),
        ]
      : [];
  return [
    ...noted,
    ...source.edges.map((edge) => perform(dataEdgeNames(edge).tie, owners, values)),
  ];
}
