import { join, qualified, type Sql } from "./quote.ts";

/** Statements, one below the other. */
export function lines(parts: readonly string[]): Sql {
  return join(parts as Sql[], "\n");
}

/** Parts of a list, one below the other unless said otherwise. */
export function list(parts: readonly string[], separator = ",\n"): Sql {
  return join(parts as Sql[], separator);
}

/** A call, over several lines where one would be too long. */
export function perform(name: string, ...args: readonly string[]): string {
  const call = `perform ${qualified("lastwill", name)}(`;
  const line = `${call}${args.join(", ")});`;
  return line.length <= 90 && !line.includes("\n")
    ? line
    : `${call}\n${args.join(",\n").replaceAll(/^/gm, "  ")}\n);`;
}

/** Selects as one, or what stands there where there is none. */
export function unionAll(selects: readonly Sql[], none = "" as Sql): Sql {
  return selects.length > 0 ? join(selects, "\n\nunion all\n\n") : none;
}
