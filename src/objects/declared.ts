import { type Edge, isDecided, type Owner } from "../graph.ts";
import { identifier, qualified } from "../sql/quote.ts";
import { render } from "../sql/template.ts";
import type { DbObject } from "./object.ts";

/**
 * That an edge is declared. Nothing is made for it alone; but when it goes, so does what the queues
 * hold of it, and its rows stay behind, which has to be said.
 */
export function declaredEdge(edge: Edge): DbObject {
  const table = qualified(...edge.table);
  const waiting = isDecided(edge) ? ", also what waits in lastwill.released" : "";
  return {
    ...NOTHING,
    id: `edge ${edge.id}`,
    // Where a foreign key alone decides, nothing ever waits.
    ...(isDecided(edge) && { forgets: [render("declared/edge_gone.sql", { edge: edge.id })] }),
    partings: [`ends no rows of ${table} by ${edge.id} any more: they stay${waiting}`],
    about: edge.table,
    // What waits is known by its key alone, and must not be taken for a row of another table.
    content: edge.key === undefined ? table : `${table} (${identifier(edge.key.column)})`,
  };
}

/** That an owner is declared. */
export function declaredOwner(owner: Owner): DbObject {
  const table = qualified(...owner.table);
  return {
    ...NOTHING,
    id: `owner ${owner.name}`,
    forgets: [render("declared/owner_gone.sql", { owner: owner.name })],
    partings: owner.managed ? [] : [`ends no expired rows of ${table} any more`],
    about: owner.table,
  };
}

const NOTHING = {
  phase: "install",
  create: [],
  drop: [],
  replaces: false,
  needs: [],
  hazards: [],
} as const;
