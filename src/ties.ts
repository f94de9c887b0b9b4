import { callName } from "./names.ts";
import { qualified } from "./sql/quote.ts";

/** What ties are made through: a `pg` Client, PoolClient or Pool. */
export interface TieClient {
  query(text: string, values?: unknown[]): Promise<{ rows: Record<string, unknown>[] }>;
}

/** An owner's key, as the application has it. A secret: no error holds one. */
export type TieKey = string | number | bigint;

/**
 * The database refused to adopt, claim or touch. There is no `cause`: what PostgreSQL itself said
 * may hold a key.
 */
export class TieError extends Error {
  override readonly name = "TieError";
  /** PostgreSQL's code, for those who try again: `40001`, `40P01`, `55P03`. */
  readonly code: string;

  constructor(message: string, code: string) {
    super(message);
    this.code = code;
  }
}

/**
 * Ties to the new key what belongs to the old one by `by` and `through`, attached or waiting out
 * its grace; gives how many rows. What the session's data names follows by itself.
 *
 * The row with the new key must be there: save the session first. Runs in the client's own
 * transaction, if it has one. Throws a TieError when the database refuses.
 */
export async function adopt(
  client: TieClient,
  owner: string,
  oldKey: TieKey,
  newKey: TieKey,
): Promise<number> {
  return ask(client, "adopt", owner, { "old key": oldKey, "new key": newKey });
}

/**
 * Writes the value, a user's id say, into the `claim` column of all that belongs to the key,
 * attached or waiting out its grace, and detaches it: it ends with no session any more. Gives how
 * many rows. Claim before the session's row is deleted, where an edge has no grace.
 *
 * Runs in the client's own transaction, if it has one. Throws a TieError when the database refuses.
 */
export async function claim(
  client: TieClient,
  owner: string,
  key: TieKey,
  value: TieKey,
): Promise<number> {
  return ask(client, "claim", owner, { key, value });
}

/**
 * Says that a session of a managed owner is there, and lives for another `ttl` from now on: a
 * number of seconds, or an interval of PostgreSQL's such as `"30 minutes"`. Gives when it expires.
 * A `ttl` of 0 ends it at the next sweep.
 *
 * Runs in the client's own transaction, if it has one; then "now" is when that began. Throws a
 * TieError when the database refuses, a RangeError for a number that is none.
 */
export async function touch(
  client: TieClient,
  owner: string,
  key: TieKey,
  ttl: number | string,
): Promise<Date> {
  if (typeof ttl === "number" && !Number.isFinite(ttl)) {
    throw new RangeError("touch: the time to live must be a finite number of seconds");
  }
  const seconds = await ask(client, "touch", owner, { key, "time to live": ttl });
  return new Date(seconds * 1000);
}

type Verb = "adopt" | "claim" | "touch";

/** Calls the owner's function with what is given; a time comes as seconds since 1970. */
async function ask(
  client: TieClient,
  verb: Verb,
  owner: string,
  given: Readonly<Record<string, TieKey>>,
): Promise<number> {
  // The functions are strict: of null they make nothing, and say nothing.
  const missing = Object.entries(given).find(([, value]) => value === undefined || value === null);
  if (missing) throw new TypeError(`${verb}: the ${missing[0]} is ${missing[1]}`);
  const name = callName(verb, owner);
  const seconds = typeof given["time to live"] === "number" ? " * interval '1 second'" : "";
  const answer = `${qualified("lastwill", name)}($1, $2${seconds})`;
  // As text a number is the same whatever type parsers the client has.
  const text = verb === "touch" ? `extract(epoch from ${answer})` : answer;
  try {
    const { rows } = await client.query(`select (${text})::text as answer`, Object.values(given));
    return Number(rows[0]?.["answer"]);
  } catch (error) {
    throw readError(error, { verb, owner, name, given: Object.values(given) });
  }
}

interface Asked {
  readonly verb: Verb;
  readonly owner: string;
  readonly name: string;
  readonly given: readonly TieKey[];
}

/** What PostgreSQL said, without a key; what is no error of PostgreSQL's is left as it is. */
function readError(error: unknown, asked: Asked): unknown {
  if (!(error instanceof Error) || !("code" in error)) return error;
  const code = String(error.code);
  if (!/^[0-9A-Z]{5}$/.test(code)) return error;
  const { verb, owner } = asked;
  const [what, remedy] = whatFailed(code, error.message, asked);
  const fix = remedy === undefined ? "" : `\n  ${remedy}`;
  return new TieError(`cannot ${verb} for ${JSON.stringify(owner)}: ${what}${fix}`, code);
}

function whatFailed(code: string, message: string, asked: Asked): [what: string, fix?: string] {
  const { verb, name, given } = asked;
  if (code === "LW002") {
    return ["there is no row with the new key", "Write the new session first, then adopt."];
  }
  if (code === "3F000" || (code === "42883" && message.includes(`lastwill.${name}(`))) {
    return [
      `there is no function lastwill.${name}`,
      `Is the owner in the manifest, and ${NEEDS[verb]}? Then run gen-migrations, and migrate.`,
    ];
  }
  if (code === "42501") {
    const fix =
      "Let the role tie: `grants: {tie: [role]}` in the manifest, gen-migrations, and migrate.";
    return [masked(message, given), fix];
  }
  // These messages quote what was given, or a part of it.
  if (UNREADABLE.has(code)) return [`what was given cannot be read (${code})`, TYPES[verb]];
  return [masked(message, given)];
}

/** Not of the type, or out of its range, or no text at all. */
const UNREADABLE: ReadonlySet<string> = new Set(["22P02", "22003", "22007", "22008", "22021"]);

const NEEDS: Readonly<Record<Verb, string>> = {
  adopt: "has it an edge with `by` or `through`",
  claim: "has it an edge with `claim`",
  touch: "is it `managed: true`",
};

const TYPES: Readonly<Record<Verb, string>> = {
  adopt: "Both keys must be such as the owner's key column can hold.",
  claim:
    "The key must be such as the owner's key column can hold, and the value as the claim column can.",
  touch: 'The time to live is a number of seconds, or an interval such as "30 minutes".',
};

/** A trigger of the user's may raise what it likes. */
function masked(message: string, given: readonly TieKey[]): string {
  return given
    .map(String)
    .filter((value) => value !== "")
    .sort((a, b) => b.length - a.length)
    .reduce((text, value) => text.replaceAll(value, "…"), message);
}
