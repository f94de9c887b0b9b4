import pg from "pg";
import { AFTER_A_CHANGE, changedPart, isChangedSchema } from "./connection/changed-schema.ts";
import { connectionFault, placeOf } from "./connection/fault.ts";
import { readUrl, type Target, unreadable } from "./connection/url.ts";
import { DatabaseError, UsageError } from "./exit.ts";

/** What PostgreSQL says on the side while it works: `raise notice` and `raise warning`. */
export interface Notice {
  readonly severity: string;
  readonly message: string;
  readonly hint: string | undefined;
}

/**
 * Runs `work` on a connection of its own, and ends it. Throws UsageError without a URL, DatabaseError
 * with PostgreSQL's own words when the connection or a statement fails.
 */
export async function withClient<T>(
  url: string | undefined,
  work: (client: pg.Client) => Promise<T>,
  onNotice: (notice: Notice) => void = () => undefined,
): Promise<T> {
  if (!url) {
    throw new UsageError(
      "no database was given\n  Pass -d postgres://user:password@host/database, or set DATABASE_URL; or PGHOST or PGDATABASE, as for psql.",
    );
  }
  const client = newClient(url);
  client.on("notice", (notice) => onNotice(readNotice(notice)));
  // Without a listener a connection that breaks while idle would end the process with a stack trace.
  client.on("error", () => undefined);
  try {
    await client.connect().catch((error: unknown) => {
      throw connectionFault(error, client);
    });
    return await work(client);
  } catch (error) {
    throw isDatabaseError(error) ? await readDatabaseError(error, client) : error;
  } finally {
    await client.end().catch(() => undefined);
  }
}

function newClient(url: string): pg.Client {
  const client = clientOf(readUrl(url));
  if (client.port > 0 && client.port < 65_536) return client;
  throw new UsageError(
    "the database's port is not a number from 1 to 65535\n  Write it as in postgres://user:password@host:5432/database, or in PGPORT.",
  );
}

function clientOf(target: Target): pg.Client {
  try {
    return new pg.Client({ ...target, application_name: "lastwill" });
  } catch {
    throw unreadable();
  }
}

/** A notice as `pg` hands it over. */
export function readNotice(notice: { message?: string | undefined }): Notice {
  const { severity, message, hint } = notice as Record<string, string | undefined>;
  return { severity: severity ?? "NOTICE", message: message ?? "", hint };
}

/** PostgreSQL's own errors have a code of five characters, those of the network the call that failed. */
function isDatabaseError(error: unknown): error is Error & Record<string, unknown> {
  if (!(error instanceof Error)) return false;
  if ("code" in error && /^[0-9A-Z]{5}$/.test(String(error.code))) return true;
  const call = "syscall" in error ? String(error.syscall) : "";
  return ["read", "write"].includes(call) || /^Connection terminated/.test(error.message);
}

/** What to do where PostgreSQL does not say it. */
const NEXT_STEPS: ReadonlyMap<string, string> = new Map([
  ["42501", "Connect as the role that migrates, or name this one under grants in the manifest."],
  ["55P03", "Somebody holds a lock on it, a migration maybe: try again when he is done."],
  ["25006", "Here may only be read: name the primary, or a role that may write, with -d."],
]);

/** What the database refused, said to whose fault it is. */
async function readDatabaseError(
  error: Error & Record<string, unknown>,
  client: pg.Client,
): Promise<Error> {
  const code = String(error["code"]);
  if (code === "LW001") return new UsageError(databaseErrorText(error, client));
  if (["3F000", "42P01", "42883"].includes(code) && /"?lastwill["."]/.test(error.message)) {
    return new DatabaseError(
      `${databaseErrorText(error, client)}\n  pg-lastwill is not installed here, or not up to date: run lastwill migrate up.`,
    );
  }
  if (isChangedSchema(error)) {
    const text = databaseErrorText(error, client, await changedPart(client, error));
    return new DatabaseError(`${text}\n  ${AFTER_A_CHANGE}`);
  }
  const text = databaseErrorText(error, client);
  const next = error["hint"] === undefined && NEXT_STEPS.get(code);
  return new DatabaseError(next ? `${text}\n  ${next}` : text);
}

/** Where, PostgreSQL's message, detail and hint; never the URL's password. */
function databaseErrorText(
  error: Error & Record<string, unknown>,
  client: pg.Client,
  part?: string,
): string {
  const message = error.message || `the connection broke (${String(error["code"])})`;
  const more = [error["detail"], error["hint"]].filter((text) => typeof text === "string");
  const where = part === undefined ? placeOf(client) : `${placeOf(client)}: ${part}`;
  return [`${where}: ${message}`, ...more.map((text) => `  ${text}`)].join("\n");
}
