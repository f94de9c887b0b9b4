/** What is wrong with a value and what to do about it, in a fault's two lines; its place comes later. */
export interface Problem {
  readonly what: string;
  readonly fix: string;
}

/** Tells a parser's problem from its result. */
export function isProblem(value: unknown): value is Problem {
  return typeof value === "object" && value !== null && "what" in value && "fix" in value;
}

/** A value in the words of a message: a text in quotes, a number as it is, otherwise its kind. */
export function shown(value: unknown): string {
  if (value === undefined || value === null) return "nothing";
  if (typeof value === "string") {
    return JSON.stringify(value.length > 60 ? `${value.slice(0, 59)}…` : value);
  }
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list";
  if (typeof value !== "object") return typeof value === "function" ? "a function" : String(value);
  return Object.keys(value).length === 0 ? "an empty mapping" : "a mapping";
}

/** `a, b or c`. */
export function either(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}
