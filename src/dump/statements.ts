/** One statement of a dump, as it stands there. */
export interface Statement {
  readonly sql: string;
  /** Of its first word, from 1. */
  readonly line: number;
}

/** Has PostgreSQL parse a text, which executes nothing. Gives its words where it cannot. */
export type Parse = (sql: string) => Promise<string | undefined>;

/** Blanks, comments, and what is said to psql itself: `\restrict`, `\connect`, `\.`. */
const BETWEEN = /(?:\s+|--[^\r\n]*|\/\*[\s\S]*?\*\/|\\[^\r\n]*)+/y;

/** The rows of a dump that was made without -s follow it, up to a line `\.`. */
const ROWS_FOLLOW = /^copy\s.*\sfrom\s+stdin\b/is;

/**
 * The statements of a dump, one after the other. Where one ends PostgreSQL's own parser says: at the
 * first `;` up to which it understands the text, or knows that it never will. So what is parsed later
 * may depend on what the statements before have set.
 */
export async function* statementsOf(text: string, parse: Parse): AsyncGenerator<Statement> {
  let start = afterBetween(text, 0);
  let line = 1 + newlines(text, 0, start);
  while (start < text.length) {
    const end = await statementEnd(text, start, parse);
    const sql = text.slice(start, end);
    yield { sql, line };
    const next = afterBetween(text, ROWS_FOLLOW.test(sql) ? afterRows(text, end) : end);
    line += newlines(text, start, next);
    start = next;
  }
}

async function statementEnd(text: string, start: number, parse: Parse): Promise<number> {
  let end = start;
  for (;;) {
    const semicolon = text.indexOf(";", end);
    if (semicolon < 0) return text.length;
    end = semicolon + 1;
    if (await isInComment(text, start, semicolon, parse)) continue;
    const refusal = await parse(text.slice(start, end));
    const rest = refusal === undefined ? undefined : unfinished(refusal);
    if (rest === undefined) return end;
    end = text.indexOf(rest, end);
    if (end < 0) return text.length;
  }
}

/** What is behind `--` on its line is a comment, unless the `--` stands between quotes. */
async function isInComment(
  text: string,
  start: number,
  semicolon: number,
  parse: Parse,
): Promise<boolean> {
  const dashes = text.indexOf("--", Math.max(start, text.lastIndexOf("\n", semicolon)));
  if (dashes < 0 || dashes > semicolon) return false;
  const refusal = await parse(text.slice(start, dashes));
  return refusal === undefined || !refusal.startsWith("unterminated");
}

/** What has to come yet before a statement can end; undefined where more text would not help. */
function unfinished(refusal: string): string | undefined {
  // `begin atomic`, or the parentheses of a rule: the end of any statement may be theirs.
  if (refusal.endsWith("at end of input")) return "";
  if (!refusal.startsWith("unterminated")) return undefined;
  const [, tag] = /dollar-quoted string at or near "(\$[^$]*\$)/.exec(refusal) ?? [];
  if (tag !== undefined) return tag;
  if (refusal.startsWith("unterminated /* comment")) return "*/";
  return refusal.startsWith("unterminated quoted identifier") ? '"' : "'";
}

function afterBetween(text: string, start: number): number {
  BETWEEN.lastIndex = start;
  return start + (BETWEEN.exec(text)?.[0].length ?? 0);
}

function afterRows(text: string, start: number): number {
  const end = text.indexOf("\n\\.", start);
  return end < 0 ? text.length : end;
}

function newlines(text: string, start: number, end: number): number {
  let count = 0;
  for (let at = text.indexOf("\n", start); at >= 0 && at < end; at = text.indexOf("\n", at + 1)) {
    count += 1;
  }
  return count;
}
