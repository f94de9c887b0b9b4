import { accessSync, constants } from "node:fs";
import process from "node:process";
import { UsageError } from "../exit.ts";

/** A database as `pg` takes it. */
export interface Target {
  readonly connectionString: string;
  /** 0: without end. */
  readonly connectionTimeoutMillis: number;
}

/** A URL that names nothing: `pg` takes host, database, user and password from libpq's variables. */
export const FROM_VARIABLES = "postgres://";

/** Whether libpq's variables name a database, as they do for psql. */
export function variablesName(): boolean {
  return variable("PGHOST") !== null || variable("PGDATABASE") !== null;
}

/** What has to be written otherwise in a URL, of what passwords are made of. */
export const PERCENT_ENCODED =
  "In a URL the #, /, ?, @ and % of a password are written %23, %2F, %3F, %40 and %25.";

/** Throws UsageError for a URL that cannot be read, or whose TLS settings ask for what there is not. */
export function readUrl(url: string): Target {
  const at = url.indexOf("?");
  const address = at < 0 ? url : url.slice(0, at);
  if (!/^postgres(ql)?:\/\//.test(url) || isBroken(url, address)) throw unreadable();
  const params = new URLSearchParams(at < 0 ? "" : url.slice(at + 1));
  setTls(params);
  return {
    connectionString: `${encoded(address)}?${params}`,
    connectionTimeoutMillis: timeoutOf(params),
  };
}

/** The URL itself must not be shown: it may hold a password. */
export function unreadable(): UsageError {
  return new UsageError(
    `the database URL cannot be read\n  Its form is postgres://user:password@host:5432/database. ${PERCENT_ENCODED}`,
  );
}

/** A password with one of these in it ends the host too early, and the rest would be shown as the host's name. */
function isBroken(url: string, address: string): boolean {
  return url.includes("#") || /^\w+:\/\/[^/?]*[/?][^=&]*@/.test(url) || !decodes(address);
}

function decodes(address: string): boolean {
  try {
    decodeURIComponent(encoded(address));
    return true;
  } catch {
    return false;
  }
}

/** A percent sign that begins no code stands for itself. */
function encoded(address: string): string {
  return address.replace(/%(?![0-9a-f]{2})/gi, "%25").replaceAll(" ", "%20");
}

/** Modes that `pg` takes for verify-full, with a warning that a later version will not. */
const AS_VERIFY_FULL: readonly (string | null)[] = ["allow", "prefer", "require", "verify-ca"];
const MODES: readonly (string | null)[] = [
  "disable",
  "no-verify",
  "verify-full",
  ...AS_VERIFY_FULL,
];

/** Certificates are always checked, unless a URL says that they are not to be: `pg` of today and later alike. */
function setTls(params: URLSearchParams): void {
  const mode = params.get("sslmode") ?? (params.has("ssl") ? null : variable("PGSSLMODE"));
  const asLibpq = params.get("uselibpqcompat") === "true";
  if (mode !== null && !MODES.includes(mode)) {
    throw new UsageError(
      `there is no sslmode "${mode}"\n  It is disable, require, verify-full or no-verify (encrypted, the certificate not checked).`,
    );
  }
  if (mode !== null) {
    params.set("sslmode", !asLibpq && AS_VERIFY_FULL.includes(mode) ? "verify-full" : mode);
  }
  for (const name of ["sslrootcert", "sslcert", "sslkey"]) {
    const file = params.get(name) ?? (mode === null ? null : variable(`PG${name.toUpperCase()}`));
    // Node brings the certificates of public authorities along.
    if (file === null || mode === "disable" || file === "system") params.delete(name);
    else params.set(name, readable(name, file));
  }
  if (asLibpq && mode === "verify-ca" && !params.has("sslrootcert")) {
    throw new UsageError(
      "sslmode=verify-ca needs the authority's certificate\n  Name its file, sslrootcert=ca.pem, or write sslmode=verify-full.",
    );
  }
}

function variable(name: string): string | null {
  return process.env[name] || null;
}

function readable(name: string, file: string): string {
  try {
    accessSync(file, constants.R_OK);
    return file;
  } catch (error) {
    const missing = error instanceof Error && "code" in error && error.code === "ENOENT";
    throw new UsageError(
      `${name}: ${missing ? "there is no file" : "no right to read"} ${file}\n  Name the file in the URL, ${name}=/path/to/file.pem, or in PG${name.toUpperCase()}.`,
    );
  }
}

/** In seconds; a host that never answers would keep a cron job for minutes. */
function timeoutOf(params: URLSearchParams): number {
  const text = params.get("connect_timeout") ?? variable("PGCONNECT_TIMEOUT") ?? "30";
  if (/^\d{1,6}$/.test(text)) return Number(text) * 1000;
  throw new UsageError(
    "connect_timeout is not a number of seconds\n  It is a whole number; 0 waits without end.",
  );
}
