import type { EdgeDeclaration, Manifest } from "../manifest/manifest.ts";

/** Every table that a manifest names, as written there. */
export function namedTables({ owners }: Manifest): string[] {
  const below = (edges: readonly EdgeDeclaration[]): string[] =>
    edges.flatMap(({ table, tie, policy, owns }) => [
      table,
      ...(tie.kind === "through" ? [tie.table] : []),
      ...(policy.kind === "archive" ? [policy.table] : []),
      ...below(owns),
    ]);
  return owners.flatMap((owner) => [owner.table, ...below(owner.owns)]);
}
