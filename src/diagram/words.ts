import type {
  EdgeDeclaration,
  ExpiryDeclaration,
  OwnerDeclaration,
  PolicyDeclaration,
  Tie,
} from "../manifest/manifest.ts";
import { duration } from "../sql/expiry.ts";

/** How an owned row is tied, in the manifest's own words. */
export function tieText(tie: Tie): string {
  switch (tie.kind) {
    case "column":
      return `by ${tie.by.join(", ")}`;
    case "polymorphic":
      return `by ${tie.column}, ${tie.typeColumn} = ${tie.type}`;
    case "through":
      return `through ${tie.table}`;
    case "data":
      return tie.from.kind === "path" ? `from ${tie.from.text}` : `from column ${tie.from.column}`;
  }
}

/** What else an edge says, a line for each. */
export function edgeNotes(edge: EdgeDeclaration): string[] {
  const guard = edge.tie.kind === "data" ? edge.tie.guard : undefined;
  const keeps = edge.tie.kind === "data" && edge.tie.onReplace === "keep";
  return [
    ...(edge.grace > 0 ? [`grace ${duration(edge.grace)}`] : []),
    ...(edge.keepWhen === undefined ? [] : [`keep when ${edge.keepWhen}`]),
    ...(edge.claim === undefined ? [] : [`claim ${edge.claim}`]),
    ...(guard === undefined ? [] : [`guard ${guard}`]),
    ...(keeps ? ["kept when replaced"] : []),
    ...policyNote(edge.policy),
    ...(edge.emit.length > 0 ? [`emit ${edge.emit.join(", ")}`] : []),
  ];
}

function policyNote(policy: PolicyDeclaration): string[] {
  if (policy.kind === "soft_delete") return [`marked in ${policy.column}`];
  return policy.kind === "archive" ? [`kept in ${policy.table}`] : [];
}

/** When an owner's rows end. */
export function ownerNotes(owner: OwnerDeclaration): string[] {
  if (owner.expires.length === 0) return ["never expires"];
  return [`expires ${owner.expires.map(expiryText).join(" or ")}`];
}

/** A rule of expiry: `updated_at + 14 days`. */
export function expiryText({ column, afterText }: ExpiryDeclaration): string {
  return afterText === undefined ? column : `${column} + ${afterText}`;
}

/** What each policy does with a row that ends, for a legend. */
export const POLICY_WORDS: Readonly<Record<PolicyDeclaration["kind"], string>> = {
  cascade: "cascade: the row is deleted",
  set_null: "set_null: the row stays, tied to nobody",
  soft_delete: "soft_delete: the row is marked",
  archive: "archive: the row moves to an archive",
};

/** The policies in the order in which a legend lists them. */
export const POLICIES: readonly PolicyDeclaration["kind"][] = [
  "cascade",
  "set_null",
  "soft_delete",
  "archive",
];
