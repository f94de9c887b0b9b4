import { existsSync } from "node:fs";
import { join } from "node:path";
import { output } from "./machine.ts";

/** The client programs to use with a server, as commands to run; null where the machine has none that fits. */
export interface Clients {
  readonly psql: string | null;
  readonly pgDump: string | null;
}

/** Finds psql and pg_dump: beside the server, else on the PATH. pg_dump refuses servers newer than itself. */
export function findClients(bin: string | undefined, major: number): Clients {
  const find = (name: string, oldest: number): string | null => {
    const beside = bin === undefined ? "" : join(bin, name);
    if (beside !== "" && existsSync(beside)) return beside;
    const version = Number(/(\d+)/.exec(output(name, ["--version"]) ?? "")?.[1] ?? 0);
    return version > 0 && version >= oldest ? name : null;
  };
  return { psql: find("psql", 0), pgDump: find("pg_dump", major) };
}
