import { isProblem, type Problem } from "./problem.ts";

/** One name or several as a list; undefined stays. */
export function list(names: string | readonly string[] | undefined): readonly string[] | undefined {
  return typeof names === "string" ? [names] : names;
}

/** What a parser made of a text that the grammar has found right; a problem is our own mistake. */
export function parsed<Result>(result: Result | Problem): Result {
  if (isProblem(result)) throw new Error(`a manifest without faults holds one: ${result.what}`);
  return result;
}

/** A value that the rules have made sure of; its lack is our own mistake. */
export function sure<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error("a manifest without faults lacks a value");
  return value;
}
