import type { Path } from "../faults.ts";
import { parseCondition } from "./condition.ts";
import { parseDataPath } from "./data-path.ts";
import type { EdgeInput } from "./input.ts";
import { parseInterval } from "./interval.ts";
import type { EdgeDeclaration, PolicyDeclaration, Tie } from "./manifest.ts";
import { list, parsed, sure } from "./normalise-parts.ts";
import { edgeName } from "./tree.ts";

const DEFAULT_GRACE = "10 minutes";

/** The edges below an owner or an edge, each with its defaults and its short forms written out. */
export function edgesOf(edges: readonly EdgeInput[] | undefined, parent: Path): EdgeDeclaration[] {
  return (edges ?? []).map((edge, index) => {
    const path = [...parent, "owns", index];
    return {
      path,
      name: sure(edgeName({ ...edge })),
      was: edge.was,
      table: edge.table,
      key: list(edge.key),
      tie: tieOf(edge, path),
      policy: policyOf(edge.on_delete, [...path, "on_delete"]),
      grace: graceOf(edge),
      keepWhen: conditionOf(edge.keep_when),
      claim: edge.claim,
      emit: edge.emit ?? [],
      owns: edgesOf(edge.owns, path),
    };
  });
}

function tieOf(edge: EdgeInput, path: Path): Tie {
  const { by, from, through, guard, on_replace, orphans = "stop" } = edge;
  if (typeof by === "string" || Array.isArray(by)) {
    return { kind: "column", path: [...path, "by"], by: sure(list(by)), orphans };
  }
  if (by !== undefined) {
    const { column, type_column: typeColumn, type } = by;
    return { kind: "polymorphic", path: [...path, "by"], column, typeColumn, type };
  }
  if (through !== undefined) {
    return { kind: "through", path: [...path, "through"], ...through, orphans };
  }
  const place = sure(from);
  return {
    kind: "data",
    path: [...path, "from"],
    from:
      typeof place === "string"
        ? parsed(parseDataPath(place))
        : { kind: "column", column: place.column },
    onReplace: on_replace ?? "release",
    guard: conditionOf(guard),
  };
}

function conditionOf(text: string | undefined): string | undefined {
  return text === undefined ? undefined : parsed(parseCondition(text));
}

function policyOf(policy: EdgeInput["on_delete"], path: Path): PolicyDeclaration {
  if (policy === undefined || typeof policy === "string") return { kind: policy ?? "cascade" };
  if ("archive" in policy) return { kind: "archive", path, table: policy.archive };
  return { kind: "soft_delete", path, column: policy.soft_delete };
}

/** A row that holds its owner's key ends with it, unless somebody asks for time to hand it on. */
function graceOf({ grace, by }: EdgeInput): number {
  if (grace === 0 || (grace === undefined && by !== undefined)) return 0;
  return parsed(parseInterval(grace ?? DEFAULT_GRACE));
}
