import type { Path } from "../faults.ts";

export type Fields = Readonly<Record<string, unknown>>;

/** An owner as written, before anything in it is known to be right. */
export interface OwnerNode {
  readonly name: string;
  readonly path: Path;
  readonly fields: Fields;
  /** Its edges at every depth, as they follow one another in the file. */
  readonly edges: readonly EdgeNode[];
}

export interface EdgeNode {
  readonly path: Path;
  readonly fields: Fields;
  /** The owner or the edge that it hangs on, as written. */
  readonly parent: Fields;
  /** Whether it hangs on another edge, not on the owner itself. */
  readonly isNested: boolean;
}

/** The keys of an edge of which each is a tie. */
export const TIES = ["by", "from", "through"] as const;

export type TieName = (typeof TIES)[number];

/** The owners in a manifest's value, leaving out what is no owner at all: the grammar says so. */
export function ownersIn(manifest: unknown): OwnerNode[] {
  const owners = isFields(manifest) ? manifest["owners"] : undefined;
  if (!isFields(owners)) return [];
  return Object.entries(owners).flatMap(([name, fields]) => {
    const path = ["owners", name];
    return isFields(fields) ? [{ name, path, fields, edges: edgesIn(fields, path, false) }] : [];
  });
}

function edgesIn(parent: Fields, parentPath: Path, isNested: boolean): EdgeNode[] {
  const edges = parent["owns"];
  if (!Array.isArray(edges)) return [];
  return edges.flatMap((fields: unknown, index): EdgeNode[] => {
    const path = [...parentPath, "owns", index];
    if (!isFields(fields)) return [];
    return [{ path, fields, parent, isNested }, ...edgesIn(fields, path, true)];
  });
}

/** The one tie that an edge has; undefined when it has none or more. */
export function tieName(edge: Fields): TieName | undefined {
  const ties = TIES.filter((tie) => edge[tie] !== undefined);
  return ties.length === 1 ? ties[0] : undefined;
}

/** How many columns a key or a tie names; undefined where it is neither a name nor a list. */
export function columnsIn(names: unknown): number | undefined {
  if (typeof names === "string") return 1;
  return Array.isArray(names) && names.length > 0 ? names.length : undefined;
}

/** Whether a value is a mapping. */
export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** An edge's name: given, else its table's without schema and quotes; undefined when neither is right. */
export function edgeName(edge: Fields): string | undefined {
  const { name, table } = edge;
  if (typeof name === "string") return name;
  return name === undefined && typeof table === "string" ? lastName(table) : undefined;
}

/** `my carts` of `shop."my carts"`. */
function lastName(table: string): string {
  const [, quoted, plain] = /(?:^|\.)(?:"((?:[^"]|"")+)"|([^".]+))$/.exec(table) ?? [];
  return quoted?.replaceAll('""', '"') ?? plain ?? table;
}
