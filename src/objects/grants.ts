import type { Graph } from "../graph.ts";
import { identifier, join, type Sql } from "../sql/quote.ts";
import { render } from "../sql/template.ts";
import type { DbObject } from "./object.ts";

/** Rights for the roles that the manifest names; everything else stays revoked from public. */
export function grantObjects(graph: Graph): DbObject[] {
  const { inspect, sweep } = graph.grants;
  return [
    ...grant("usage", [...new Set([...inspect, ...sweep])], []),
    // A view that is made anew has lost its grants.
    ...grant("inspect", inspect, ["owned", "owned_tree", "status", "orphan"]),
    ...grant("sweep", sweep, []),
  ];
}

function grant(
  kind: "usage" | "inspect" | "sweep",
  roles: readonly string[],
  views: readonly string[],
): DbObject[] {
  if (roles.length === 0) return [];
  const slots = { roles: join(roles.map(identifier), ", ") };
  const template = `grant/${kind}.sql`;
  return [
    {
      id: `grants of ${kind}`,
      phase: "install",
      create: [render(template, { ...slots, grant: "grant" as Sql, to: "to" as Sql })],
      drop: [render(template, { ...slots, grant: "revoke" as Sql, to: "from" as Sql })],
      replaces: false,
      needs: views.map((view) => `view lastwill.${view}`),
      hazards: [],
    },
  ];
}
