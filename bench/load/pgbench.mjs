import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** How often each script runs, in percent. Their order is how the log numbers them. */
const SCRIPTS = { "touch.sql": 60, "write.sql": 30, "new-session.sql": 10 };
const NEW_SESSION = Object.keys(SCRIPTS).indexOf("new-session.sql");

/** Connections that share the load: enough that one slow statement keeps no other waiting. */
const CLIENTS = 8;

/** New connections fill their caches: the first second is run and not counted. */
const WARMING_UP = 1;

/** Where pgbench is, or undefined. */
export function findPgbench(serverFolder) {
  const folders = [serverFolder, ...(process.env.PATH ?? "").split(delimiter)];
  return folders.map((folder) => join(folder, "pgbench")).find((file) => existsSync(file));
}

/**
 * Sends transactions at a fixed rate, whether or not earlier ones are done; gives how many
 * milliseconds each took from the moment it was due, and how many sessions were new.
 */
export async function runPgbench({ file, where, rate, seconds, live }) {
  const folder = mkdtempSync(join(tmpdir(), "lw-bench-load-"));
  try {
    const scripts = Object.entries(SCRIPTS).flatMap(([name, weight]) => [
      "-f",
      `${fileURLToPath(new URL(name, import.meta.url))}@${weight}`,
    ]);
    const log = ["--log", "--log-prefix", join(folder, "log")];
    const size = ["-R", rate, "-T", seconds + WARMING_UP, "-c", CLIENTS, "-j", 1];
    const whom = ["-h", where.host, "-U", where.user, "-M", "extended", "-n", "-D", `live=${live}`];
    await promisify(execFile)(file, [
      ...whom,
      ...size.map(String),
      ...log,
      ...scripts,
      where.database,
    ]);
    return summary(readLog(folder));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A line: client, number, µs since it was due, script, and when it ended (s, µs); then its lag. */
function readLog(folder) {
  const text = readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8"));
  const lines = text.join("").trim().split("\n");
  return lines.map((line) => {
    const [, , time, script, seconds, microseconds] = line.split(" ");
    if (!/^\d+$/.test(time)) throw new Error(`a transaction of the load failed: ${line}`);
    return {
      time: Number(time) / 1000,
      script: Number(script),
      ended: Number(seconds) + Number(microseconds) / 1e6,
    };
  });
}

function summary(transactions) {
  const first = Math.min(...transactions.map(({ ended }) => ended));
  return {
    times: transactions.filter(({ ended }) => ended >= first + WARMING_UP).map(({ time }) => time),
    made: transactions.filter(({ script }) => script === NEW_SESSION).length,
  };
}
