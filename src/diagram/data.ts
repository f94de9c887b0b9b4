import type { EdgeDeclaration, Manifest, Tie } from "../manifest/manifest.ts";
import type { EdgeOutput, GraphOutput, TieOutput } from "../output/graph.ts";
import { expiryText } from "./words.ts";

/** The manifest for the next program. */
export function graphData({ owners }: Manifest): GraphOutput {
  return {
    owners: owners.map(({ name, table, managed, expires, sweep }) => ({
      owner: name,
      table,
      managed,
      expires: expires.map(expiryText),
      sweep: sweep.schedule,
    })),
    edges: owners.flatMap(({ name, owns }) => edgesData(name, owns, undefined)),
  };
}

function edgesData(
  owner: string,
  edges: readonly EdgeDeclaration[],
  above: EdgeOutput | undefined,
): EdgeOutput[] {
  return edges.flatMap((declared) => {
    const { name, table, policy, grace, keepWhen, claim, emit, owns } = declared;
    const edge: EdgeOutput = {
      edge: `${owner}.${name}`,
      owner,
      table,
      depth: (above?.depth ?? 0) + 1,
      parent: above?.edge ?? null,
      tie: tieData(declared.tie),
      policy: policy.kind,
      policy_target: targetOf(policy),
      grace_seconds: grace,
      keep_when: keepWhen ?? null,
      claim: claim ?? null,
      emit: emit,
    };
    return [edge, ...edgesData(owner, owns, edge)];
  });
}

function targetOf(policy: EdgeDeclaration["policy"]): string | null {
  if (policy.kind === "soft_delete") return policy.column;
  return policy.kind === "archive" ? policy.table : null;
}

function tieData(tie: Tie): TieOutput {
  switch (tie.kind) {
    case "column":
      return { kind: "column", by: tie.by };
    case "polymorphic":
      return {
        kind: "polymorphic",
        column: tie.column,
        type_column: tie.typeColumn,
        type: tie.type,
      };
    case "through":
      return { kind: "through", table: tie.table, owner: tie.owner, owned: tie.owned };
    case "data":
      return {
        kind: "data",
        path: tie.from.kind === "path" ? tie.from.text : null,
        column: tie.from.kind === "column" ? tie.from.column : null,
        on_replace: tie.onReplace,
        guard: tie.guard ?? null,
      };
  }
}
