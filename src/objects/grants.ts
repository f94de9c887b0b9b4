import type { Graph, Owner } from "../graph.ts";
import { lines } from "../sql/layout.ts";
import { identifier, join, type Sql } from "../sql/quote.ts";
import { render } from "../sql/template.ts";
import { adoptObjects } from "./adopt.ts";
import { claimObjects } from "./claim.ts";
import { managedObjects } from "./managed.ts";
import type { DbObject } from "./object.ts";

/** What `lastwill orphans --release` calls. */
const RELEASING_ORPHANS = [
  "procedure lastwill.release_orphans(text, interval, jsonb)",
  "function lastwill.release_orphans_begin(text, interval)",
  "function lastwill.release_orphans_batch(integer, bigint, interval)",
];

const VIEWS = ["edge", "owned", "owned_tree", "status", "orphan", "drift", "sweep_setting"].map(
  (view) => `view lastwill.${view}`,
);

/** Rights for the roles that the manifest names, on what was `made`; everything else stays revoked from public. */
export function grantObjects(graph: Graph, made: readonly DbObject[]): DbObject[] {
  const isMade = (id: string) => made.some((object) => object.id === id);
  const { inspect, tie, sweep, drain } = graph.grants;
  const ties = graph.owners.flatMap((owner) => tieFunctions(owner, graph));
  return [
    ...grant("usage", [...new Set([...inspect, ...tie, ...sweep, ...drain])], []),
    ...grant("inspect", inspect, VIEWS, [
      ...calledByViews(made),
      "function lastwill.preview(text, text)",
      ...["function lastwill.why(regclass, text)"].filter(isMade),
    ]),
    ...(ties.length > 0 ? grant("tie", tie, [], ties) : []),
    ...grant(
      "sweep",
      sweep,
      ["view lastwill.sweep_setting", "view lastwill.edge"],
      RELEASING_ORPHANS.filter(isMade),
    ),
    ...grant("drain", drain, []),
  ];
}

/** How a function of ours is closed to the public: with its name, and the types of what it takes. */
const CLOSED =
  /^revoke all on (function (lastwill\.(?:U&)?(?:"(?:[^"]|"")*"|[^"(]+))\(.*\)) from public;$/gm;

/** A view asks for its tables as its owner, and calls functions, and what these call, as whoever reads it. */
function calledByViews(made: readonly DbObject[]): string[] {
  const texts = made.map(({ id, create }) => ({ id, text: create.join("\n") }));
  const routines = texts.flatMap(({ text }) =>
    [...text.matchAll(CLOSED)].map(([, id = "", name = ""]) => ({ id, name, text })),
  );
  const called = new Set<string>();
  let callers = texts.filter(({ id }) => VIEWS.includes(id));
  while (callers.length > 0) {
    const next = routines.filter(
      ({ id, name }) => !called.has(id) && callers.some(({ text }) => text.includes(`${name}(`)),
    );
    for (const { id } of next) called.add(id);
    callers = next;
  }
  return [...called];
}

/** The functions through which an application ties rows by itself. */
function tieFunctions(owner: Owner, graph: Graph): string[] {
  return [
    ...managedObjects(owner),
    ...adoptObjects(owner, graph),
    ...claimObjects(owner, graph),
  ].flatMap(({ id }) => (id.startsWith("function ") ? [id] : []));
}

function grant(
  kind: "usage" | "inspect" | "tie" | "sweep" | "drain",
  roles: readonly string[],
  needs: readonly string[],
  routines: readonly string[] = [],
): DbObject[] {
  if (roles.length === 0) return [];
  const template = `grant/${kind}.sql`;
  const to = join(roles.map(identifier), ", ");
  const sql = (verb: "grant" | "revoke", towards: "to" | "from") => {
    const slots = { roles: to, grant: verb as Sql, to: towards as Sql };
    const granted = lines(routines.map((id) => `${verb} execute on ${id} ${towards} ${to};`));
    switch (kind) {
      case "tie":
        return render(template, { routines: granted });
      case "inspect":
      case "sweep":
        return render(template, { ...slots, routines: granted });
      default:
        return render(template, slots);
    }
  };
  return [
    {
      id: `grants of ${kind}`,
      phase: "install",
      create: [sql("grant", "to")],
      drop: [sql("revoke", "from")],
      replaces: false,
      // What is made anew has lost its grants.
      needs: [...needs, ...routines],
      hazards: [],
    },
  ];
}
