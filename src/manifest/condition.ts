import { type Problem, shown } from "./problem.ts";

/** What could end a condition early, or the function's body that it becomes part of. */
const FOREIGN = [";", "--", "/*", "$lastwill$", "\0"];

/**
 * Reads an SQL condition as far as we can without a database: PostgreSQL reads it in earnest.
 * Gives the condition without the blanks around it, or the problem with it; never throws.
 */
export function parseCondition(text: string): string | Problem {
  if (text.trim() === "") {
    return { what: "the condition is empty", fix: "Write one, or leave the key out." };
  }
  const found = FOREIGN.find((part) => text.includes(part));
  if (found === undefined) return text.trim();
  const fix = "Write one condition, without comments.";
  return { what: `a condition cannot hold ${shown(found)}`, fix };
}
