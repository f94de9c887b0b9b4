import type { DataEdge } from "../graph.ts";
import { objectName } from "../names.ts";
import { lines, list, perform } from "../sql/layout.ts";
import { identifier, lineComment, qualified, type Sql } from "../sql/quote.ts";
import { render } from "../sql/template.ts";
import { edgeNames, linkTables, pointerText } from "./edge-names.ts";
import { tieCalls } from "./keepers.ts";
import { type DbObject, routine } from "./object.ts";
import type { Trunk } from "./parent.ts";
import type { Source } from "./source.ts";

/** The procedure that ties what was named before the triggers were there, and its first call. */
export function backfill(trunk: Trunk, sources: readonly Source[]): DbObject[] {
  const procedure = objectName(trunk.name, "backfill");
  const edges = sources.flatMap((source) => source.edges);
  const links = linkTables(edges);
  const pointers = edges.map((edge) => pointerText(edge, trunk.owner)).join(", ");
  const content = `${qualified(...trunk.table)} (${trunk.only.column}): ${pointers}`;
  const batch = objectName(trunk.name, "backfill_batch");
  const tables = [...new Set(edges.map((edge) => qualified("lastwill", edgeNames(edge).link)))];
  const many = tables.map((table) => `exists (select from ${table} offset 1000)` as Sql);
  return [
    batchFunction(batch, procedure, trunk, sources, links),
    routine({
      kind: "procedure",
      name: procedure,
      types: "boolean",
      template: "owner/backfill.sql",
      comment:
        `Ties what the rows of ${trunk.written} name already. May be called again at any time: ` +
        "it goes on where it was cut off, or with anew => true from the beginning. It commits.",
      slots: {
        procedure,
        batch,
        table: trunk.table,
        many: list(many, "\nor "),
        links: list(tables),
        locked: `rows of ${qualified(...trunk.table)} have been locked by others for 10 minutes`,
      },
    }),
    {
      id: `pending backfill of ${qualified("lastwill", procedure)}`,
      phase: "install",
      create: [render("owner/backfill_pending.sql", { procedure })],
      drop: [],
      forgets: [render("owner/backfill_gone.sql", { procedure })],
      replaces: false,
      needs: links,
      hazards: [],
      content,
    },
    {
      id: `backfill of ${qualified("lastwill", procedure)}`,
      phase: "after",
      create: [
        `-- Ties what is named already: ${lineComment(pointers)}.\ncall ${qualified("lastwill", procedure)}();` as Sql,
      ],
      drop: [],
      replaces: false,
      needs: links,
      hazards: [
        {
          text: `reads all of ${qualified(...trunk.table)} and locks its rows against writes, for less than half a second at a time`,
          size: trunk.table,
        },
      ],
      // An edge more, and there is more to tie.
      content,
    },
  ];
}

/** What is done between two commits. Links that are made anew are to be filled from the start. */
function batchFunction(
  batch: string,
  procedure: string,
  trunk: Trunk,
  sources: readonly Source[],
  links: readonly string[],
): DbObject {
  const edges = sources.flatMap((source) => source.edges);
  const stale = edges.map(
    (edge) => `exists (\n  select\n${ownerless(trunk, edge).replaceAll(/^/gm, "  ")}\n)`,
  );
  return routine({
    name: batch,
    types: "integer",
    template: "owner/backfill_batch.sql",
    comment: `Ties what the next rows of ${trunk.written} name; true while there are more.`,
    slots: {
      procedure,
      batch,
      table: trunk.table,
      key: trunk.only.column,
      owner_type: trunk.only.type as Sql,
      declarations: lines(sources.map(({ variable, type }) => `${variable} ${type};`)),
      columns: list(sources.map(({ column }) => `owner.${identifier(column)}`)),
      stale: list(stale, "\nor "),
      prune: lines(
        edges.map((edge) => perform(edgeNames(edge).release, ownerlessLinks(trunk, edge))),
      ),
      pointers: list(sources.map((source) => source.read("page"))),
      variables: list(
        sources.map(({ variable }) => variable),
        ", ",
      ),
      body: lines(sources.flatMap((source) => tieCalls(trunk, source, "naming" as Sql))),
    },
    needs: links,
  });
}

/** The owners that have links and are not there, as an array. */
function ownerlessLinks(trunk: Trunk, edge: DataEdge): Sql {
  return render("owner/ownerless_links.sql", { ownerless: ownerless(trunk, edge) });
}

export function ownerless(trunk: Trunk, edge: DataEdge): Sql {
  return render("owner/ownerless.sql", {
    link: edgeNames(edge).link,
    table: trunk.table,
    key: trunk.only.column,
    owner_type: trunk.only.type as Sql,
  });
}
