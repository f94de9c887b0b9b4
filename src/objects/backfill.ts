import type { DataEdge } from "../graph.ts";
import { objectName } from "../names.ts";
import { lines, list, perform } from "../sql/layout.ts";
import { identifier, lineComment, qualified, type Sql } from "../sql/quote.ts";
import { render } from "../sql/template.ts";
import { edgeNames, pointerText } from "./edge-names.ts";
import { tieCalls } from "./keepers.ts";
import { type DbObject, routine } from "./object.ts";
import type { Trunk } from "./parent.ts";
import type { Source } from "./source.ts";

/** The procedure that ties what was named before the triggers were there, and its first call. */
export function backfill(trunk: Trunk, sources: readonly Source[]): DbObject[] {
  const name = objectName(trunk.name, "backfill");
  const edges = sources.flatMap((source) => source.edges);
  const column = (source: Source) => identifier(source.column);
  const procedure = routine({
    kind: "procedure",
    name,
    template: "owner/backfill.sql",
    comment: `Ties what the rows of ${trunk.written} name already. May be called again at any time.`,
    slots: {
      procedure: name,
      table: trunk.table,
      key: trunk.only.column,
      owner_type: trunk.only.type as Sql,
      declarations: lines(sources.map(({ variable, type }) => `${variable} ${type};`)),
      columns: list(sources.map((source) => `owner.${column(source)}`)),
      stale: list(
        edges.map(
          (edge) => `exists (\n  select\n${ownerless(trunk, edge).replaceAll(/^/gm, "  ")}\n)`,
        ),
        "\nor ",
      ),
      prune: lines(
        edges.map((edge) => perform(edgeNames(edge).release, ownerlessLinks(trunk, edge))),
      ),
      pointers: list(sources.map((source) => source.read("page"))),
      variables: list(
        sources.map(({ variable }) => variable),
        ", ",
      ),
      body: lines(sources.flatMap((source) => tieCalls(trunk, source, "last_key" as Sql))),
    },
  });
  const pointers = edges.map((edge) => pointerText(edge, trunk.owner));
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
      needs: edges.map((edge) => `table ${qualified("lastwill", edgeNames(edge).link)}`),
      hazards: [
        {
          text: `reads all of ${qualified(...trunk.table)} and locks its rows, 500 at a time, against writes`,
          size: trunk.table,
        },
      ],
    },
  ];
}

/** The owners that have links and are not there, as an array. */
function ownerlessLinks(trunk: Trunk, edge: DataEdge): Sql {
  return render("owner/ownerless_links.sql", { ownerless: ownerless(trunk, edge) });
}

function ownerless(trunk: Trunk, edge: DataEdge): Sql {
  return render("owner/ownerless.sql", {
    link: edgeNames(edge).link,
    table: trunk.table,
    key: trunk.only.column,
    owner_type: trunk.only.type as Sql,
  });
}
