import { type Fault, InputError, type ManifestSource } from "../faults.ts";
import { manifestGrammar } from "./grammar.ts";
import type { Manifest } from "./manifest.ts";
import { normalise } from "./normalise.ts";
import { plainValue } from "./plain-value.ts";
import type { Reading } from "./reading.ts";
import { ruleFaults } from "./rules.ts";
import { readText } from "./yaml-text.ts";
import { faultsOf } from "./zod-faults.ts";

/** A manifest, and where each thing in it stands, for the faults that only the database can tell. */
export interface SourcedManifest {
  readonly manifest: Manifest;
  readonly source: ManifestSource;
}

/**
 * Reads a manifest from YAML or JSON text; `file` is the name to show in messages.
 * Throws InputError with every fault, in the file's order; when the text does not parse, with that.
 */
export function readManifest(text: string, file: string): SourcedManifest {
  return manifestOf(readText(text, file));
}

/**
 * Reads a manifest from a value that a program made; `file` is the name to show in messages.
 * Throws InputError with every fault.
 */
export function readManifestValue(value: unknown, file: string): SourcedManifest {
  return manifestOf(plainValue(value, file));
}

function manifestOf({ value, faults, source }: Reading): SourcedManifest {
  if (value === null || value === undefined) throw new InputError(source, [empty]);
  const result = manifestGrammar.safeParse(value);
  const all = [...faults, ...faultsOf(result.error?.issues ?? [], value), ...ruleFaults(value)];
  if (all.length > 0 || !result.success) throw new InputError(source, onceEach(all, source));
  return { manifest: normalise(result.data), source };
}

/** What stands at an anchor is wrong once, however many aliases bring it in. */
function onceEach(faults: readonly Fault[], { locate }: ManifestSource): Fault[] {
  const told = new Set<string>();
  return faults.filter(({ path, on, what }) => {
    const at = locate(path, on);
    const fault = at ? `${at.line}:${at.column} ${what}` : undefined;
    if (fault === undefined) return true;
    return !told.has(fault) && told.add(fault);
  });
}

const empty: Fault = {
  path: [],
  on: "value",
  what: "the manifest is empty",
  fix: "Declare at least one owner: owners: {session: {store: connect-pg-simple}}.",
};
