import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { names, output } from "./machine.ts";

/** A PostgreSQL server installed on this machine, and which of the modules the tests want it has. */
export interface Binaries {
  /** The folder that holds `initdb` and `postgres`. */
  readonly bin: string;
  readonly major: number;
  readonly cron: boolean;
  readonly plpgsqlCheck: boolean;
  /** An embedded server comes out of `node_modules` and has to be copied before another user can run it. */
  readonly kind: "local" | "embedded";
}

/** Every server found on this machine, best first: those with pg_cron, then the newest. */
export function localBinaries(): readonly Binaries[] {
  const folders = new Set(candidates().filter((folder) => folder !== ""));
  return [...folders]
    .filter((bin) => existsSync(join(bin, "initdb")) && existsSync(join(bin, "postgres")))
    .map(describe)
    .sort((a, b) => Number(b.cron) - Number(a.cron) || b.major - a.major);
}

function candidates(): readonly string[] {
  const brew = ["/opt/homebrew/opt", "/usr/local/opt", "/home/linuxbrew/.linuxbrew/opt"];
  const app = "/Applications/Postgres.app/Contents/Versions";
  return [
    process.env["PG_BIN"] ?? "",
    ...names("/usr/lib/postgresql").map((version) => `/usr/lib/postgresql/${version}/bin`),
    ...names("/usr")
      .filter((name) => /^pgsql-\d+$/.test(name))
      .map((name) => `/usr/${name}/bin`),
    ...brew.flatMap((folder) =>
      names(folder)
        .filter((name) => /^postgresql(@\d+)?$/.test(name))
        .map((name) => `${folder}/${name}/bin`),
    ),
    ...names(app).map((version) => `${app}/${version}/bin`),
    output("pg_config", ["--bindir"]) ?? "",
    ...(process.env["PATH"] ?? "").split(":"),
  ];
}

function describe(bin: string): Binaries {
  const modules = output(join(bin, "pg_config"), ["--pkglibdir"]) ?? join(dirname(bin), "lib");
  const has = (name: string): boolean =>
    existsSync(join(modules, `${name}.so`)) || existsSync(join(modules, `${name}.dylib`));
  return {
    bin,
    major: majorOf(bin),
    cron: has("pg_cron"),
    plpgsqlCheck: has("plpgsql_check"),
    kind: "local",
  };
}

/** The major version of the server in a folder; 0 if it does not say. */
export function majorOf(bin: string): number {
  return Number(/(\d+)/.exec(output(join(bin, "postgres"), ["--version"]) ?? "")?.[1] ?? 0);
}
