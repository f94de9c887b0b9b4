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
  /** Whether it hangs on another edge, not on the owner itself. */
  readonly isNested: boolean;
}

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
    return isFields(fields) ? [{ path, fields, isNested }, ...edgesIn(fields, path, true)] : [];
  });
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
