import type { EdgeDeclaration, Manifest, PolicyDeclaration } from "../manifest/manifest.ts";
import { parseTableName } from "../table-name.ts";
import { edgeNotes, ownerNotes, tieText } from "./words.ts";

/** A manifest as boxes and arrows. */
export interface Diagram {
  /** Each table once, owners first, in the manifest's order. */
  readonly boxes: readonly Box[];
  readonly arrows: readonly Arrow[];
}

/** A table. */
export interface Box {
  /** The owners that it is the table of; none for a table that is owned only. */
  readonly owners: readonly string[];
  /** As the manifest writes it. */
  readonly table: string;
  readonly notes: readonly string[];
}

/** An edge, from the box it hangs on to the table it owns. */
export interface Arrow {
  /** `session.carts`. */
  readonly edge: string;
  /** Places in the list of boxes. */
  readonly from: number;
  readonly to: number;
  readonly policy: PolicyDeclaration["kind"];
  /** How the row is tied: `by session_sid`. */
  readonly tie: string;
  readonly notes: readonly string[];
}

/**
 * The boxes and arrows of a manifest. The manifest alone says enough, and no database is asked; so `carts` and
 * `public.carts` are two boxes.
 */
export function diagramOf(manifest: Manifest): Diagram {
  const boxes: Box[] = [];
  const arrows: Arrow[] = [];
  const places = new Map<string, number>();
  const place = (table: string): number => {
    const { schema = "", name } = parseTableName(table);
    const key = `${schema}\0${name}`;
    const known = places.get(key) ?? boxes.push({ owners: [], table, notes: [] }) - 1;
    places.set(key, known);
    return known;
  };
  for (const owner of manifest.owners) {
    const at = place(owner.table);
    const { table, owners = [], notes = [] } = boxes[at] ?? {};
    boxes[at] = {
      owners: [...owners, owner.name],
      table: table ?? owner.table,
      notes: [...notes, ...ownerNotes(owner)],
    };
  }
  const draw = (owner: string, from: number, edges: readonly EdgeDeclaration[]): void => {
    for (const edge of edges) {
      const to = place(edge.table);
      arrows.push({
        edge: `${owner}.${edge.name}`,
        from,
        to,
        policy: edge.policy.kind,
        tie: tieText(edge.tie),
        notes: edgeNotes(edge),
      });
      draw(owner, to, edge.owns);
    }
  };
  for (const owner of manifest.owners) draw(owner.name, place(owner.table), owner.owns);
  return { boxes, arrows };
}
