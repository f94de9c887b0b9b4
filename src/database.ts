import pg from "pg";
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
      "no database was given\n  Pass -d postgres://user:password@host/database, or set DATABASE_URL.",
    );
  }
  const client = newClient(url);
  client.on("notice", (notice) => onNotice(readNotice(notice)));
  // Without a listener a connection that breaks while idle would end the process with a stack trace.
  client.on("error", () => undefined);
  try {
    await client.connect();
    return await work(client);
  } catch (error) {
    throw isDatabaseError(error) ? readDatabaseError(error, url) : error;
  } finally {
    await client.end().catch(() => undefined);
  }
}

function newClient(url: string): pg.Client {
  if (/^postgres(ql)?:\/\//.test(url)) {
    try {
      return new pg.Client({ connectionString: url, application_name: "lastwill" });
    } catch {
      // Said below: the URL itself must not be shown, it may hold a password.
    }
  }
  throw new UsageError(
    "the database URL cannot be read\n  Its form is postgres://user:password@host:5432/database.",
  );
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
  return ["connect", "getaddrinfo", "read", "write"].includes(call) || isLost(error);
}

/** The server went away, or never answered. */
function isLost(error: Error): boolean {
  return (
    /^(Connection terminated|timeout expired)/.test(error.message) ||
    error instanceof AggregateError
  );
}

/** What to do where PostgreSQL does not say it. */
const NEXT_STEPS: ReadonlyMap<string, string> = new Map([
  ["42501", "Connect as the role that migrates, or name this one under grants in the manifest."],
  ["55P03", "Somebody holds a lock on it, a migration maybe: try again when he is done."],
  ["25006", "Here may only be read: name the primary, or a role that may write, with -d."],
]);

/** What the database refused, said to whose fault it is. */
function readDatabaseError(error: Error & Record<string, unknown>, url: string): Error {
  const text = databaseErrorText(error, url);
  if (error["code"] === "LW001") return new UsageError(text);
  const notInstalled = ["3F000", "42P01", "42883"].includes(String(error["code"]));
  if (!notInstalled || !/"?lastwill["."]/.test(error.message)) {
    const next = error["hint"] === undefined && NEXT_STEPS.get(String(error["code"]));
    return new DatabaseError(next ? `${text}\n  ${next}` : text);
  }
  return new DatabaseError(
    `${text}\n  pg-lastwill is not installed here, or not up to date: run lastwill migrate up.`,
  );
}

/** PostgreSQL's message, detail and hint; never the URL's password. */
export function databaseErrorText(error: Error & Record<string, unknown>, url: string): string {
  const where = hostOf(url);
  const message = error.message || `cannot connect (${String(error["code"])})`;
  const more = [error["detail"], error["hint"]].filter((part) => typeof part === "string");
  return [`${where}: ${message}`, ...more.map((part) => `  ${part}`)].join("\n");
}

function hostOf(url: string): string {
  try {
    const { host, pathname } = new URL(url);
    return `${host}${pathname}`;
  } catch {
    return "the database";
  }
}
