import { type Fault, InputError, type Path } from "../faults.ts";
import {
  DEEPEST,
  holdsNul,
  MOST_VALUES,
  type Reading,
  tooDeep,
  tooMany,
  UNUSABLE_KEY,
  unusableKey,
} from "./reading.ts";

/**
 * Copies a value that a TypeScript manifest exports, so that what comes after sees plain mappings and
 * lists, finitely many. Such a value has no place in a file.
 * Throws InputError when it refers to itself.
 */
export function plainValue(given: unknown, file: string): Reading {
  const source = { file, locate: () => undefined };
  const faults: Fault[] = [];
  let count = 0;

  const copy = (value: unknown, path: Path): unknown => {
    if (path.length > DEEPEST) throw new InputError(source, [tooDeep(path.slice(0, 8))]);
    if (++count > MOST_VALUES) throw new InputError(source, [tooMany(path)]);
    if (typeof value === "string" && value.includes("\0")) {
      faults.push(holdsNul(path, "value"));
      return value.replaceAll("\0", "");
    }
    if (Array.isArray(value)) return value.map((item, index) => copy(item, [...path, index]));
    if (!isMapping(value)) return value;
    const mapping: Record<string, unknown> = {};
    for (const [key, item] of Object.entries(value)) {
      if (key === UNUSABLE_KEY) faults.push(unusableKey(path));
      else mapping[key] = copy(item, [...path, key]);
    }
    return mapping;
  };

  const value = copy(given, []);
  return { value, faults, source };
}

/** A mapping has keys only; a Date, a Map or a class's object is something else. */
function isMapping(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  return Object.prototype.toString.call(value) === "[object Object]";
}
