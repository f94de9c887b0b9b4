import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { execute, type Project, type Tool } from "./tool.ts";

/** Whether this machine has Ruby with Active Record and pg. */
export const hasRails: boolean =
  spawnSync("ruby", ["-e", 'require "active_record"; require "pg"']).status === 0;

/** The migrations of the real Active Record. */
export const rails: Tool = {
  format: "rails",
  up: (project) => run(project, "up"),
  down: (project) => run(project, "down"),
};

async function run({ db, folder }: Project, direction: string): Promise<void> {
  const script = fileURLToPath(new URL("rails.rb", import.meta.url));
  await execute("ruby", ["-W0", script, folder, direction], { env: libpqEnvironment(db.url) });
}

/** Active Record cannot read a URL that names a socket's folder; libpq's variables can. */
function libpqEnvironment(url: string): Record<string, string> {
  const { hostname, port, username, password, pathname, searchParams } = new URL(url);
  return {
    PGHOST: searchParams.get("host") ?? hostname,
    PGPORT: searchParams.get("port") ?? port,
    PGUSER: decodeURIComponent(username),
    PGPASSWORD: decodeURIComponent(password),
    PGDATABASE: decodeURIComponent(pathname.slice(1)),
  };
}
