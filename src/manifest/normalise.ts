import type { Path } from "../faults.ts";
import type { ExpiryInput, OwnerInput, OwnershipInput, SweepInput } from "./input.ts";
import { parseInterval } from "./interval.ts";
import type {
  DataDeclaration,
  ExpiryDeclaration,
  Manifest,
  OwnerDeclaration,
  SweepDeclaration,
} from "./manifest.ts";
import { edgesOf } from "./normalise-edge.ts";
import { list, parsed, sure } from "./normalise-parts.ts";
import { type Preset, presetOf } from "./presets.ts";
import { DEFAULT_EVERY, parseSchedule } from "./schedule.ts";

const DEFAULT_BUDGET = "20 seconds";
const DEFAULT_HOLD_OVER = 0.5;
const DEFAULT_LOG_DAYS = 30;
/** The columns of the table that lastwill makes for a managed owner. */
const MANAGED = { key: "key", expires: "expires_at" } as const;

/**
 * Fills in presets and defaults, and writes out the short forms. Takes a manifest in which no fault
 * was found; what it cannot make sense of even so is our own mistake, and throws.
 */
export function normalise(input: OwnershipInput): Manifest {
  const { cron = "auto", grants = {}, owners } = input;
  const { inspect = [], tie = [], sweep = [], drain = [] } = grants;
  return {
    cron,
    grants: { inspect, tie, sweep, drain },
    owners: Object.entries(owners).map(([name, owner]) => ownerOf(name, owner)),
  };
}

function ownerOf(name: string, owner: OwnerInput): OwnerDeclaration {
  const path = ["owners", name];
  const common = {
    name,
    path,
    was: owner.was,
    sweep: sweepOf(owner.sweep ?? {}),
    owns: edgesOf(owner.owns, path),
  };
  if (owner.managed) return { ...common, ...managedTable(name, path) };
  const preset = owner.store === undefined ? undefined : presetOf(owner.store);
  return {
    ...common,
    table: sure(owner.table ?? preset?.table),
    key: list(owner.key ?? preset?.key),
    managed: false,
    expires: expiresOf(owner, path, preset),
    data: dataOf(owner, path, preset),
  };
}

function managedTable(name: string, path: Path) {
  return {
    table: `lastwill.${written(name)}`,
    key: [MANAGED.key],
    managed: true,
    expires: [expiryOf(MANAGED.expires, [...path, "managed"], undefined)],
    data: undefined,
  };
}

/** A name as a manifest writes it behind a schema's. */
function written(name: string): string {
  return /^[a-z_]\w*$/i.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

function expiresOf(owner: OwnerInput, path: Path, preset: Preset | undefined): ExpiryDeclaration[] {
  const { expires } = owner;
  if (expires === undefined) {
    return preset ? [expiryOf(preset.expires.column, [...path, "store"], preset)] : [];
  }
  if (!Array.isArray(expires)) return [expiryOf(expires, [...path, "expires"], preset)];
  return expires.map((rule, index) => expiryOf(rule, [...path, "expires", index], preset));
}

/**
 * What a preset knows of its own column holds wherever that column is named: an idle limit left out
 * would end every session that is in use.
 */
function expiryOf(rule: ExpiryInput, path: Path, preset: Preset | undefined): ExpiryDeclaration {
  const said = typeof rule === "string" ? { column: rule } : rule;
  const known = preset?.expires.column === said.column ? preset.expires : undefined;
  const after = said.after ?? known?.after;
  return {
    path,
    column: said.column,
    after: after === undefined ? 0 : parsed(parseInterval(after)),
    afterText: after,
    zone: said.zone ?? known?.zone,
    zoneAssumed: said.zone === undefined && known?.zone !== undefined,
    unit: said.unit ?? known?.unit,
  };
}

function dataOf(
  { data }: OwnerInput,
  path: Path,
  preset: Preset | undefined,
): DataDeclaration | undefined {
  if (data === undefined) {
    return preset?.data && { path: [...path, "store"], ...preset.data, formatAssumed: true };
  }
  const { column, format } = data;
  const known = preset?.data?.column === column ? preset.data.format : undefined;
  return {
    path: [...path, "data"],
    column,
    format: format ?? known ?? "json",
    formatAssumed: format === undefined && known !== undefined,
  };
}

function sweepOf({ every, budget, workers, hold_over, log_days }: SweepInput): SweepDeclaration {
  return {
    schedule: parsed(parseSchedule(every ?? DEFAULT_EVERY)),
    budget: parsed(parseInterval(budget ?? DEFAULT_BUDGET)),
    workers: workers ?? 1,
    holdOver: hold_over ?? DEFAULT_HOLD_OVER,
    logDays: log_days ?? DEFAULT_LOG_DAYS,
  };
}
