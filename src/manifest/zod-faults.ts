import type { z } from "zod";
import type { Fault, Path } from "../faults.ts";
import { either, type Problem, shown } from "./problem.ts";
import { didYouMean } from "./suggest.ts";

type Issue = z.core.$ZodIssue;

/** The faults behind the issues that the grammar found in `value`, which stands at `base`. */
export function faultsOf(issues: readonly Issue[], value: unknown, base: Path = []): Fault[] {
  return issues.flatMap((issue) => {
    const within = issue.path.map((part) => (typeof part === "number" ? part : String(part)));
    const path = [...base, ...within];
    const found = within.reduce(step, value);
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => unknownKey(path, key, issue.message.split(" ")));
    }
    if (found === undefined && typeof path.at(-1) === "string") {
      return isMisspelled(path.at(-1), within, issues) ? [] : [missing(path, issue)];
    }
    const branch = issue.code === "invalid_union" ? fitting(issue.errors, found) : undefined;
    if (branch) return faultsOf(branch, found, path);
    return [{ path, on: "value" as const, ...problemOf(issue, found) }];
  });
}

function step(value: unknown, part: string | number): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, part)
    ? (value as Record<string | number, unknown>)[part]
    : undefined;
}

/** The fault of a key that is not in the grammar at this place. */
function unknownKey(parent: Path, key: string, known: readonly string[]): Fault {
  const near = didYouMean(key, known);
  const fix = near ? `Did you mean "${near}"?` : `Remove it, or write ${either(known)}.`;
  return { path: [...parent, key], on: "key", what: `unknown key ${shown(key)}`, fix };
}

/** A key that is missing because it is misspelled is one fault, and told as an unknown key. */
function isMisspelled(
  key: string | number | undefined,
  within: Path,
  issues: readonly Issue[],
): boolean {
  return issues.some(
    (issue) =>
      issue.code === "unrecognized_keys" &&
      issue.path.length === within.length - 1 &&
      issue.path.every((part, index) => part === within[index]) &&
      issue.keys.some((unknown) => didYouMean(unknown, issue.message.split(" ")) === key),
  );
}

function missing(path: Path, issue: Issue): Fault {
  const { fix } = problemOf(issue, undefined);
  return { path: path.slice(0, -1), on: "value", what: `${path.at(-1)} is missing`, fix };
}

/**
 * Of a union's branches, that which the value was meant for: the one for its kind, and among several
 * the one with the fewest issues. Undefined when there is no such, or more than one.
 */
function fitting(
  branches: readonly (readonly Issue[])[],
  value: unknown,
): readonly Issue[] | undefined {
  const ofKind = branches.filter((issues) => !issues.some((issue) => isOtherKind(issue, value)));
  const fewest = Math.min(...ofKind.map((issues) => issues.length));
  const best = ofKind.filter((issues) => issues.length === fewest);
  const [only] = best.length === 1 ? best : [];
  // The union's own message lists all that may stand here, and not the words alone.
  return only?.every(isUnknownWord) ? undefined : only;
}

function isOtherKind(issue: Issue, value: unknown): boolean {
  if (issue.path.length > 0) return false;
  if (issue.code === "invalid_value") return typeof issue.values[0] !== typeof value;
  if (issue.code === "invalid_union")
    return issue.errors.every((e) => e.some((i) => isOtherKind(i, value)));
  return issue.code === "invalid_type";
}

/** A word that is not in a list for which the grammar has no message of its own. */
function isUnknownWord(issue: Issue): boolean {
  return issue.code === "invalid_value" && issue.path.length === 0 && !hasLines(issue.message);
}

/** The words that may stand where an issue is. */
function wordsOf(issue: Issue): string[] {
  if (issue.code === "invalid_union") {
    return issue.errors.flat().filter(isUnknownWord).flatMap(wordsOf);
  }
  return issue.code === "invalid_value" ? issue.values.map(String) : [];
}

function hasLines(message: string): boolean {
  return message.includes("\n");
}

/** The two lines of an issue: the grammar's own, or for a word that is not in a list, from the list. */
function problemOf(issue: Issue, value: unknown): Problem {
  const words = wordsOf(issue);
  const near = typeof value === "string" ? didYouMean(value, words) : undefined;
  const generic = `must be ${either(words)}\nWrite one of them.`;
  const [what = "", fix = ""] = (hasLines(issue.message) ? issue.message : generic).split("\n");
  return {
    what: what.startsWith("must be ") ? `${what}, not ${shown(value)}` : what,
    fix: near ? `Did you mean "${near}"?` : fix,
  };
}
