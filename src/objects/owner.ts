import { type DataEdge, dataEdges, type Graph, type Owner } from "../graph.ts";
import { objectName } from "../names.ts";
import { dueSql, orderSql } from "../sql/expiry.ts";
import {
  identifier,
  join,
  lineComment,
  literal,
  qualified,
  type Sql,
  textArrayLiteral,
} from "../sql/quote.ts";
import { columnEdgeObjects } from "./column-edge.ts";
import { dataEdgeNames, dataEdgeObjects, letGo, pointerText, pointerType } from "./data-edge.ts";
import { type DbObject, routine, trigger } from "./object.ts";

/** What an owner hands to the functions of its data edges: its data, decoded once, and pointer columns. */
interface Source {
  readonly variable: string;
  readonly type: Sql;
  readonly column: string;
  /** The value, read from the row behind an alias. */
  readonly read: (row: string) => Sql;
  readonly edges: readonly DataEdge[];
}

/** All that one owner needs: its edges, the triggers that keep links, and its batch of the sweep. */
export function ownerObjects(owner: Owner, graph: Graph): DbObject[] {
  const data = dataEdges(owner);
  return [
    ...owner.edges.flatMap((edge) =>
      edge.kind === "column" ? columnEdgeObjects(edge) : dataEdgeObjects(edge, owner, graph),
    ),
    ...(data.length === 0 ? [] : linkKeepers(owner, data)),
    sweepBatch(owner),
  ];
}

/** The name of the function that sweeps a batch of an owner's rows. */
export function ownerSweepBatchName(owner: Owner): string {
  return objectName(owner.name, "sweep_batch");
}

function linkKeepers(owner: Owner, edges: readonly DataEdge[]): DbObject[] {
  const sources = sourcesOf(owner, edges);
  return [
    ...keeper(owner, "inserted", `Ties what new rows of ${owner.written} name.`, {
      owner_type: owner.key.type as Sql,
      key: owner.key.column,
      declarations: lines(sources.map(({ variable, type }) => `${variable} ${type}[];`)),
      pointers: list(sources.map((source) => `array_agg(${source.read("added")})`)),
      variables: list(sources.map(({ variable }) => variable)),
      body: paragraphs(
        sources.flatMap((source) => tieCalls(owner, source, "owners", source.variable)),
      ),
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
    ...backfill(owner, sources),
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
  const documents = sources.filter((source) => source.type === "jsonb");
  const columns = [...new Set([...sources.map(({ column }) => column), owner.key.column])];
  return keeper(
    owner,
    "changed",
    `Ties what a changed row of ${owner.written} names now, and lets go of what it names no more.`,
    {
      key: owner.key.column,
      declarations: (documents.length === 0
        ? ""
        : `declare\n${documents.map((source) => `  document constant jsonb := ${source.read("new")};`).join("\n")}`) as Sql,
      rename: lines(
        edges.map(
          (edge) =>
            `update ${qualified("lastwill", dataEdgeNames(edge).link)} as link\nset owner_key = new.${key}\nwhere link.owner_key = old.${key};`,
        ),
      ),
      body: paragraphs(sources.flatMap((source) => changedCalls(owner, source))),
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

/** What a changed row does to one source's edges: tie first, so that what it still names is never free. */
function changedCalls(owner: Owner, source: Source): string[] {
  const key = `new.${identifier(owner.key.column)}`;
  const owners = `array[${key}]::${owner.key.type}[]`;
  const value = source.type === "jsonb" ? "document" : source.read("new");
  const cut = source.edges.map((edge) => {
    const names = dataEdgeNames(edge);
    const named = `${qualified("lastwill", names.named)}(${value})`;
    return edge.onReplace === "release"
      ? perform(letGo(edge), owners, named)
      : `-- on_replace: keep. Such a row has no owner any more, and nobody ends it.\ndelete from ${qualified("lastwill", names.link)} as link\nwhere link.owner_key = ${key}\n  and link.owned_key <> all(${named});`;
  });
  const calls = [
    ...source.edges.map((edge) =>
      perform(dataEdgeNames(edge).tie, owners, `array[${value}]::${source.type}[]`),
    ),
    ...cut,
  ];
  if (!(source.type === "jsonb" && decodes(owner))) return calls;
  const noted = perform(
    "note_undecodable",
    literal(owner.name),
    `array[${key}]::text[]`,
    "array[document]",
  );
  const indented = calls.map((call) => call.replaceAll(/^/gm, "  ")).join("\n");
  return [
    noted,
    `-- Data that cannot be read is unknown: it ties nothing, and above all releases nothing.\nif document is not null then\n${indented}\nend if;`,
  ];
}

function tieCalls(owner: Owner, source: Source, owners: string, values: string): string[] {
  const noted =
    source.type === "jsonb" && decodes(owner)
      ? [perform("note_undecodable", literal(owner.name), `${owners}::text[]`, values)]
      : [];
  return [
    ...noted,
    ...source.edges.map((edge) => perform(dataEdgeNames(edge).tie, owners, values)),
  ];
}

/**
 * Whether what names rows has changed, in nothing but built-in functions: this condition runs with
 * the rights of whoever writes the row. A json column may hold escapes that `->>` refuses with an
 * error; where there are escapes the whole text is compared, and the function sorts it out.
 */
function sourceChanged(owner: Owner, source: Source): string {
  const column = identifier(source.column);
  const whole = (row: string) => `${row}.${column}${source.type === "jsonb" ? "::text" : ""}`;
  const differs = (of: (row: string) => string) => `${of("old")} is distinct from ${of("new")}`;
  if (source.type !== "jsonb") return differs((row) => `${row}.${column}`);
  if (owner.data?.type === "text") return differs((row) => `${row}.${column}`);
  const paths = source.edges.map((edge) => firstLeg(edge));
  const pointers = [...new Set(paths)].map((leg) =>
    differs((row) => (leg === "" ? whole(row) : `(${row}.${column} ${leg})`)),
  );
  if (owner.data?.type === "jsonb") return pointers.join("\nor ");
  const escaped = `strpos(old.${column}::text, '\\u') > 0 or strpos(new.${column}::text, '\\u') > 0`;
  return [
    "case",
    `  when ${escaped} then`,
    `    ${differs(whole)}`,
    "  else",
    `    ${pointers.join("\n    or ")}`,
    "end",
  ].join("\n");
}

/** What leads from the data to the pointer, or to the first list on the way: ` ->> 'draftId'`. */
function firstLeg(edge: DataEdge): string {
  const leg = edge.pointer.kind === "path" ? (edge.pointer.path.legs[0] ?? []) : [];
  const [only] = leg;
  if (only === undefined) return "";
  return leg.length === 1 ? `->> ${literal(only)}` : `#>> ${textArrayLiteral(leg)}`;
}

function backfill(owner: Owner, sources: readonly Source[]): DbObject[] {
  const name = objectName(owner.name, "backfill");
  const column = (source: Source) => identifier(source.column);
  const procedure = routine({
    kind: "procedure",
    name,
    template: "owner/backfill.sql",
    comment: `Ties what the rows of ${owner.written} name already. May be called again at any time.`,
    slots: {
      procedure: name,
      table: owner.table,
      key: owner.key.column,
      owner_type: owner.key.type as Sql,
      declarations: lines(sources.map(({ variable, type }) => `${variable} ${type}[];`)),
      columns: list(sources.map((source) => `owner.${column(source)}`)),
      pointers: list(
        sources.map(
          (source) => `pg_catalog.array_agg(${source.read("page")} order by page.owner_key)`,
        ),
      ),
      variables: list(sources.map(({ variable }) => variable)),
      body: paragraphs(
        sources.flatMap((source) => tieCalls(owner, source, "owners", source.variable)),
      ),
    },
  });
  const pointers = sources.flatMap((source) =>
    source.edges.map((edge) => pointerText(edge, owner)),
  );
  return [
    procedure,
    {
      id: `backfill of ${qualified("lastwill", name)}`,
      phase: "after",
      create: [
        `-- Ties what is named already: ${lineComment(pointers.join(", "))}.\ncall ${qualified("lastwill", name)}();` as Sql,
      ],
      drop: [],
      replaces: false,
      needs: sources.flatMap((source) =>
        source.edges.map((edge) => `table ${qualified("lastwill", dataEdgeNames(edge).link)}`),
      ),
      hazards: [
        `reads all of ${qualified(...owner.table)} and locks its rows, 500 at a time, against writes`,
      ],
    },
  ];
}

function sweepBatch(owner: Owner): DbObject {
  const name = ownerSweepBatchName(owner);
  return routine({
    name,
    types: "bigint, integer",
    template: "owner/sweep_batch.sql",
    comment: `One batch of the sweep: ends expired rows of ${owner.written}.`,
    slots: {
      sweep_batch: name,
      owner: owner.name,
      table: owner.table,
      key: owner.key.column,
      owner_type: owner.key.type as Sql,
      due: dueSql(owner.expires, "owner"),
      order: orderSql(owner.expires, "owner"),
    },
  });
}

function sourcesOf(owner: Owner, edges: readonly DataEdge[]): Source[] {
  const byPath = edges.filter((edge) => edge.pointer.kind === "path");
  const columns = new Map<string, DataEdge[]>();
  for (const edge of edges) {
    if (edge.pointer.kind !== "column") continue;
    columns.set(edge.pointer.column, [...(columns.get(edge.pointer.column) ?? []), edge]);
  }
  return [
    ...(owner.data && byPath.length > 0 ? [documentSource(owner.data, byPath)] : []),
    ...[...columns].map(([column, pointing], index) => ({
      variable: columns.size === 1 ? "pointers" : `pointers_${index + 1}`,
      type: pointerType(pointing[0] as DataEdge),
      column,
      read: (row: string) => `${row}.${identifier(column)}` as Sql,
      edges: pointing,
    })),
  ];
}

function documentSource(data: NonNullable<Owner["data"]>, edges: readonly DataEdge[]): Source {
  const column = identifier(data.column);
  const read = (row: string) => {
    const value = `${row}.${column}`;
    if (data.type === "jsonb") return data.notNull ? value : `coalesce(${value}, 'null')`;
    const text = data.type === "json" ? `${value}::text` : value;
    return `lastwill.decode_json(${data.notNull ? text : `coalesce(${text}, 'null')`})`;
  };
  return {
    variable: "documents",
    type: "jsonb" as Sql,
    column: data.column,
    read: (row) => read(row) as Sql,
    edges,
  };
}

/** Whether this owner's data has to be decoded, and so may be unreadable. */
function decodes(owner: Owner): boolean {
  return owner.data !== undefined && owner.data.type !== "jsonb";
}

/** A call, over several lines where one would be too long. */
function perform(name: string, ...args: readonly string[]): string {
  const call = `perform ${qualified("lastwill", name)}(`;
  const line = `${call}${args.join(", ")});`;
  return line.length <= 90 && !line.includes("\n")
    ? line
    : `${call}\n${args.join(",\n").replaceAll(/^/gm, "  ")}\n);`;
}

function lines(parts: readonly string[]): Sql {
  return join(parts as Sql[], "\n");
}

function list(parts: readonly string[], separator = ",\n"): Sql {
  return join(parts as Sql[], separator);
}

function paragraphs(parts: readonly string[]): Sql {
  return join(parts as Sql[], "\n");
}
