import { spawnSync } from "node:child_process";
import type { Binaries } from "./binaries.ts";
import { output, say } from "./machine.ts";

/** Whether we may install packages: root, on a Debian or Ubuntu. */
export function canInstall(): boolean {
  return process.getuid?.() === 0 && output("apt-get", ["--version"]) !== undefined;
}

/**
 * Installs the newest PostgreSQL that the package sources have pg_cron for, and plpgsql_check beside it.
 * Says so, and says why when it fails; the tests then go on with what there is.
 */
export function installPgCron(): void {
  say(
    "no PostgreSQL with pg_cron here, so I install one with apt-get (LASTWILL_TEST_SERVER=local prevents it)",
  );
  update();
  const newest = cronPackages().find(installable);
  if (newest === undefined) {
    say("the package sources have no postgresql-NN-cron that can be installed");
    return;
  }
  const check = newest.replace(/cron$/, "plpgsql-check");
  install(installable(check) ? [newest, check] : [newest]);
}

/** Installs plpgsql_check for a server that came from Debian's packages; does nothing for any other. */
export function installPlpgsqlCheck(server: Binaries): void {
  if (server.bin !== `/usr/lib/postgresql/${server.major}/bin`) return;
  const name = `postgresql-${server.major}-plpgsql-check`;
  say(
    `no plpgsql_check here, so I install ${name} with apt-get (LASTWILL_TEST_SERVER=local prevents it)`,
  );
  update();
  if (installable(name)) install([name]);
  else say(`the package sources have no ${name} that can be installed`);
}

/** Every `postgresql-NN-cron` there is, newest first. */
function cronPackages(): readonly string[] {
  const found = output("apt-cache", ["search", "--names-only", "^postgresql-[0-9]+-cron$"]) ?? "";
  const major = (name: string): number => Number(/\d+/.exec(name)?.[0]);
  return [...found.matchAll(/^postgresql-\d+-cron/gm)]
    .map(([name]) => name)
    .sort((a, b) => major(b) - major(a));
}

/** Whether apt could install a package, asked by simulating it. */
function installable(name: string): boolean {
  return aptGet(["install", "--simulate", name]) === undefined;
}

function install(packages: readonly string[]): void {
  const error = aptGet([
    "install",
    "--yes",
    "--no-upgrade",
    "--no-install-recommends",
    ...packages,
  ]);
  say(
    error === undefined
      ? `installed ${packages.join(" and ")}`
      : `apt-get install failed: ${error}`,
  );
}

/** Stale package lists may still do, so a failure is only told. */
function update(): void {
  const error = aptGet(["update"]);
  if (error !== undefined)
    say(`apt-get update failed, going on with the package lists there are: ${error}`);
}

/** Runs apt-get without a question; gives the last line of its complaint, or undefined when it went well. */
function aptGet(args: readonly string[]): string | undefined {
  const result = spawnSync("apt-get", ["--quiet", "--option", "DPkg::Lock::Timeout=120", ...args], {
    encoding: "utf8",
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive", LC_ALL: "C" },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: 300_000,
  });
  if (result.status === 0) return undefined;
  return result.error?.message ?? result.stderr.trim().split("\n").at(-1) ?? "no reason given";
}
