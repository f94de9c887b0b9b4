import type { DataEdge, Owner } from "../graph.ts";
import { objectName } from "../names.ts";
import { lines, list, perform } from "../sql/layout.ts";
import { identifier, lineComment, qualified, type Sql } from "../sql/quote.ts";
import { render } from "../sql/template.ts";
import { dataEdgeNames, pointerText } from "./data-edge-names.ts";
import { tieCalls } from "./link-keepers.ts";
import { type DbObject, routine } from "./object.ts";
import type { Source } from "./source.ts";

/** The procedure that ties what was named before the triggers were there, and its first call. */
export function backfill(owner: Owner, sources: readonly Source[]): DbObject[] {
  const name = objectName(owner.name, "backfill");
  const edges = sources.flatMap((source) => source.edges);
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
      stale: list(
        edges.map(
          (edge) => `exists (\n  select\n${ownerless(owner, edge).replaceAll(/^/gm, "  ")}\n)`,
        ),
        "\nor ",
      ),
      prune: lines(
        edges.map((edge) => perform(dataEdgeNames(edge).release, ownerlessLinks(owner, edge))),
      ),
      body: lines(sources.flatMap((source) => tieCalls(owner, source, "owners", source.variable))),
    },
  });
  const pointers = edges.map((edge) => pointerText(edge, owner));
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
      needs: edges.map((edge) => `table ${qualified("lastwill", dataEdgeNames(edge).link)}`),
      hazards: [
        `reads all of ${qualified(...owner.table)} and locks its rows, 500 at a time, against writes`,
      ],
    },
  ];
}

/** The owners that have links and are not there, as an array. */
function ownerlessLinks(owner: Owner, edge: DataEdge): Sql {
  return render("owner/ownerless_links.sql", { ownerless: ownerless(owner, edge) });
}

function ownerless(owner: Owner, edge: DataEdge): Sql {
  return render("owner/ownerless.sql", {
    link: dataEdgeNames(edge).link,
    table: owner.table,
    key: owner.key.column,
    owner_type: owner.key.type as Sql,
  });
}
