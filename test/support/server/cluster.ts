import { type ChildProcess, execFile, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, chmodSync, closeSync, mkdtempSync, openSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { type Account, serverAccount } from "./account.ts";
import type { Binaries } from "./binaries.ts";
import { copyEmbedded } from "./embedded.ts";
import { output } from "./machine.ts";
import { watch } from "./watchdog.ts";

const START_LIMIT_MS = 60_000;

/** A running server of our own, in a folder of its own. */
export interface Cluster {
  /** The database `postgres`, which is also pg_cron's. */
  readonly url: string;
  readonly stop: () => Promise<void>;
  /** Ends every process of it at once, as a power cut would. */
  readonly kill: () => Promise<void>;
  /** Starts it again in the folder that it left when it was killed. */
  readonly restart: () => Promise<void>;
}

/** Settings beside our own, or instead of them. */
export type Settings = Readonly<Record<string, string>>;

/** What a cluster needs whose data are to survive a crash. Where it can it looks at the file system once, not at each file. */
export function durable({ major }: Binaries): Settings {
  return {
    fsync: "on",
    synchronous_commit: "on",
    full_page_writes: "on",
    ...(major >= 14 && process.platform === "linux" && { recovery_init_sync_method: "syncfs" }),
  };
}

/** Makes a cluster in a fresh folder and starts it there, on a unix socket only. */
export async function startCluster(binaries: Binaries, settings: Settings = {}): Promise<Cluster> {
  const account = serverAccount();
  const folder = mkdtempSync(join(socketRoot(), "lw-pg-"));
  const callOff = watch(folder);
  const remove = (): void => {
    // Node takes minutes for the hundreds of thousands of files that a server of all tests has.
    spawnSync("rm", ["-rf", folder]);
    callOff();
  };
  try {
    const bin = binaries.kind === "embedded" ? copyEmbedded(binaries.bin, folder) : binaries.bin;
    await giveTo(account, folder);
    await initdb(bin, folder, account);
    configure(folder, binaries.cron, settings);
    let server = await startServer(bin, folder, account);
    const url = `postgresql://postgres@localhost/postgres?host=${encodeURIComponent(folder)}&port=5432`;
    return {
      url,
      stop: async () => {
        await stopServer(server);
        remove();
      },
      kill: () => killServer(server),
      restart: async () => {
        server = await startServer(bin, folder, account);
      },
    };
  } catch (error) {
    remove();
    throw error;
  }
}

/** A folder whose name leaves room for a socket's (107 bytes in all), and that the server's account can enter. */
function socketRoot(): string {
  return tmpdir().length > 60 || process.getuid?.() === 0 ? "/tmp" : tmpdir();
}

async function giveTo(account: Account, folder: string): Promise<void> {
  chmodSync(folder, 0o700);
  if (account.uid === undefined) return;
  await promisify(execFile)("chown", ["-R", `${account.uid}:${account.gid}`, folder]);
}

async function initdb(bin: string, folder: string, account: Account): Promise<void> {
  const args = [
    "-D",
    join(folder, "data"),
    "-U",
    "postgres",
    "-A",
    "trust",
    "-E",
    "UTF8",
    "--locale=C",
  ];
  await promisify(execFile)(join(bin, "initdb"), [...args, "--no-sync"], {
    cwd: folder,
    env: environment(folder),
    ...account,
  });
}

/** Nothing of a throwaway cluster has to survive a crash, so it syncs nothing. */
function configure(folder: string, cron: boolean, more: Settings): void {
  const settings: Settings = {
    listen_addresses: "",
    unix_socket_directories: folder,
    port: "5432",
    fsync: "off",
    synchronous_commit: "off",
    full_page_writes: "off",
    max_connections: "100",
    max_worker_processes: "20",
    shared_buffers: "64MB",
    // Each statement of the tests is the first of its kind, or nearly: to compile it takes longer than to run it.
    jit: "off",
    // Hundreds of databases, most of which nobody uses any more, would keep a processor busy.
    ...(process.env["SOAK"] !== "1" && { autovacuum_naptime: "1h" }),
    timezone: "UTC",
    log_timezone: "UTC",
    ...(cron && {
      shared_preload_libraries: "pg_cron",
      "cron.database_name": "postgres",
      "cron.host": folder,
      "cron.use_background_workers": "off",
    }),
    ...more,
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name} = '${value}'\n`);
  appendFileSync(join(folder, "data", "postgresql.conf"), lines.join(""));
}

/** Starts the server in a process group of its own, so that Ctrl-C reaches us first, and waits until it is ready. */
async function startServer(bin: string, folder: string, account: Account): Promise<ChildProcess> {
  const logFile = join(folder, "log");
  const log = openSync(logFile, "a");
  const server = spawn(join(bin, "postgres"), ["-D", join(folder, "data")], {
    cwd: folder,
    env: environment(folder),
    stdio: ["ignore", log, log],
    detached: true,
    ...account,
  });
  closeSync(log);
  server.unref();
  const fail = (what: string): Error =>
    new Error(`PostgreSQL from ${bin} ${what}\n${readFileSync(logFile, "utf8").slice(-4_000)}`);

  const until = Date.now() + START_LIMIT_MS;
  while (!isReady(folder, server.pid)) {
    if (server.exitCode !== null || server.signalCode !== null) throw fail("did not start");
    if (Date.now() > until) {
      server.kill("SIGQUIT");
      throw fail(`was not ready within ${START_LIMIT_MS / 1_000} s`);
    }
    await sleep(10);
  }
  return server;
}

/**
 * The eighth line of `postmaster.pid` is the server's state: what `pg_ctl` waits for too. The first one
 * tells whose: a server that was killed has left its own.
 */
function isReady(folder: string, pid: number | undefined): boolean {
  try {
    const lines = readFileSync(join(folder, "data", "postmaster.pid"), "utf8").split("\n");
    return lines[0] === String(pid) && lines[7]?.trim() === "ready";
  } catch {
    return false;
  }
}

/** A fast shutdown; an immediate one if something holds it up. */
async function stopServer(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const exited = once(server, "exit");
  server.ref();
  server.kill("SIGINT");
  const late = setTimeout(() => server.kill("SIGQUIT"), 5_000);
  await exited;
  clearTimeout(late);
}

/** Stopped first: it must not see its children die, and tidy up after them. */
async function killServer(server: ChildProcess): Promise<void> {
  const exited = once(server, "exit");
  server.ref();
  server.kill("SIGSTOP");
  const children = childrenOf(server.pid);
  server.kill("SIGKILL");
  for (const pid of children) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It went by itself.
    }
  }
  await exited;
  // What is dying holds on to the shared memory, without which no other server starts.
  while (children.some(isRunning)) await sleep(5);
}

function childrenOf(parent: number | undefined): readonly number[] {
  return processes()
    .filter(({ ppid }) => ppid === parent)
    .map(({ pid }) => pid);
}

/** One that nobody has buried yet is not running any more. */
function isRunning(pid: number): boolean {
  return processes().some((each) => each.pid === pid && !each.state.startsWith("Z"));
}

function processes(): readonly { pid: number; ppid: number; state: string }[] {
  const lines = (output("ps", ["-A", "-o", "pid=,ppid=,stat="]) ?? "").split("\n");
  return lines.map((line) => {
    const [pid, ppid, state = ""] = line.trim().split(/\s+/);
    return { pid: Number(pid), ppid: Number(ppid), state };
  });
}

/** The user's own PG* variables must not reach the server. */
function environment(folder: string): NodeJS.ProcessEnv {
  return { PATH: process.env["PATH"], LC_ALL: "C", TZ: "UTC", HOME: folder };
}
