import type { Path } from "../faults.ts";
import { parseDataPath } from "./data-path.ts";
import type { EdgeInput, ExpiryInput, OwnerInput, OwnershipInput, SweepInput } from "./input.ts";
import { parseInterval } from "./interval.ts";
import type {
  DataDeclaration,
  EdgeDeclaration,
  ExpiryDeclaration,
  Manifest,
  OwnerDeclaration,
  SweepDeclaration,
  Tie,
} from "./manifest.ts";
import { type Preset, presetOf } from "./presets.ts";
import { isProblem, type Problem } from "./problem.ts";
import { DEFAULT_EVERY, parseSchedule } from "./schedule.ts";
import { edgeName } from "./tree.ts";

const DEFAULT_BUDGET = "20 seconds";
const DEFAULT_LOG_DAYS = 30;
const DEFAULT_GRACE = "10 minutes";

/**
 * Fills in presets and defaults, and writes out the short forms. Takes a manifest in which no fault
 * was found; what it cannot make sense of even so is our own mistake, and throws.
 */
export function normalise(input: OwnershipInput): Manifest {
  const { cron = "auto", grants = {}, owners } = input;
  return {
    cron,
    grants: { inspect: grants.inspect ?? [], sweep: grants.sweep ?? [] },
    owners: Object.entries(owners).map(([name, owner]) => ownerOf(name, owner)),
  };
}

function ownerOf(name: string, owner: OwnerInput): OwnerDeclaration {
  const path = ["owners", name];
  const preset = owner.store === undefined ? undefined : presetOf(owner.store);
  return {
    name,
    path,
    table: sure(owner.table ?? preset?.table),
    key: single(owner.key) ?? preset?.key,
    expires: expiresOf(owner, path, preset),
    data: dataOf(owner, path, preset),
    sweep: sweepOf(owner.sweep ?? {}),
    owns: edgesOf(owner.owns, path),
  };
}

function expiresOf(owner: OwnerInput, path: Path, preset: Preset | undefined): ExpiryDeclaration[] {
  const { expires } = owner;
  if (expires === undefined) {
    return preset ? [expiryOf(preset.expires.column, [...path, "store"], preset)] : [];
  }
  if (!Array.isArray(expires)) return [expiryOf(expires, [...path, "expires"], preset)];
  return expires.map((rule, index) => expiryOf(rule, [...path, "expires", index], preset));
}

/** What a preset knows of its own column holds wherever that column is named. */
function expiryOf(rule: ExpiryInput, path: Path, preset: Preset | undefined): ExpiryDeclaration {
  const { column, after, zone, unit } =
    typeof rule === "string"
      ? { column: rule, after: undefined, zone: undefined, unit: undefined }
      : rule;
  const known = preset?.expires.column === column ? preset.expires : undefined;
  return {
    path,
    column,
    after: after === undefined ? 0 : parsed(parseInterval(after)),
    afterText: after,
    zone: zone ?? known?.zone,
    zoneAssumed: zone === undefined && known?.zone !== undefined,
    unit: unit ?? known?.unit,
  };
}

function dataOf(
  owner: OwnerInput,
  path: Path,
  preset: Preset | undefined,
): DataDeclaration | undefined {
  if (owner.data) {
    return { path: [...path, "data"], column: owner.data.column, format: "json" };
  }
  return preset?.data && { path: [...path, "store"], ...preset.data };
}

function sweepOf({ every, budget, log_days }: SweepInput): SweepDeclaration {
  return {
    schedule: parsed(parseSchedule(every ?? DEFAULT_EVERY)),
    budget: parsed(parseInterval(budget ?? DEFAULT_BUDGET)),
    logDays: log_days ?? DEFAULT_LOG_DAYS,
  };
}

function edgesOf(edges: readonly EdgeInput[] | undefined, parent: Path): EdgeDeclaration[] {
  return (edges ?? []).map((edge, index) => {
    const path = [...parent, "owns", index];
    return {
      path,
      name: sure(edgeName({ ...edge })),
      table: edge.table,
      key: single(edge.key),
      tie: tieOf(edge, path),
      policy: "cascade",
      owns: edgesOf(edge.owns, path),
    };
  });
}

function tieOf(edge: EdgeInput, path: Path): Tie {
  const { by, from } = edge;
  if (by !== undefined) {
    const column = typeof by === "string" || Array.isArray(by) ? single(by) : undefined;
    return { kind: "column", path: [...path, "by"], by: sure(column) };
  }
  const place = sure(from);
  return {
    kind: "data",
    path: [...path, "from"],
    from:
      typeof place === "string"
        ? parsed(parseDataPath(place))
        : { kind: "column", column: place.column },
    grace: edge.grace === 0 ? 0 : parsed(parseInterval(edge.grace ?? DEFAULT_GRACE)),
    onReplace: edge.on_replace ?? "release",
  };
}

/** The one column of a key; several are refused before. */
function single(columns: string | readonly string[] | undefined): string | undefined {
  return typeof columns === "string" ? columns : columns?.[0];
}

function parsed<Result>(result: Result | Problem): Result {
  if (isProblem(result)) throw new Error(`a manifest without faults holds one: ${result.what}`);
  return result;
}

function sure<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error("a manifest without faults lacks a value");
  return value;
}
