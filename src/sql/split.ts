import type { Sql } from "./quote.ts";

/** Whatever a semicolon may stand in without ending a statement, a semicolon, or anything else. */
const TOKEN =
  /--[^\n]*|\/\*.*?\*\/|\bE'(?:[^'\\]|\\.|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|(\$\w*\$).*?\1|\w+|./gis;

/** SQL text as its statements, each with the comment above it. For SQL of ours: no body is `begin atomic`. */
export function splitStatements(sql: Sql): Sql[] {
  const statements = [""];
  for (const [token] of sql.matchAll(TOKEN)) {
    statements[statements.length - 1] += token;
    if (token === ";") statements.push("");
  }
  return statements.map((statement) => statement.trim() as Sql).filter((statement) => statement);
}
