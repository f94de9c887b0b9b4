import { execFileSync, spawn } from "node:child_process";
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
} from "node:fs";
import { tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * As on a real server commits are synced to disk; what would only come between two contestants by
 * chance (autovacuum, a checkpoint) is held back, and done by hand between the rounds.
 */
const SETTINGS = {
  fsync: "on",
  synchronous_commit: "on",
  full_page_writes: "on",
  autovacuum: "off",
  shared_buffers: `${sharedBuffers()}GB`,
  max_wal_size: "16GB",
  checkpoint_timeout: "1h",
  max_connections: "40",
  timezone: "UTC",
  listen_addresses: "",
};

/** A third of the memory, up to what a copy with a million sessions needs: everything is in memory. */
function sharedBuffers() {
  return Math.min(Math.max(Math.floor(totalmem() / 2 ** 30 / 3), 1), 6);
}

/** Ends the server and clears its folder when this process is gone, however it went. */
const WATCHDOG = `
trap "" INT TERM HUP
read -r word
pid=$(head -n 1 "$1/data/postmaster.pid" 2>/dev/null)
[ -n "$pid" ] && kill -QUIT "$pid" 2>/dev/null
tries=0
while [ -n "$pid" ] && kill -0 "$pid" 2>/dev/null && [ "$tries" -lt 50 ]; do
  sleep 0.1
  tries=$((tries + 1))
done
rm -rf -- "$1"
`;

/** Starts a throwaway PostgreSQL on a unix socket; gives its host and the way to stop it. */
export async function startServer() {
  const bin = findBinaries();
  const account = accountToRunAs();
  const root = process.getuid?.() === 0 || tmpdir().length > 60 ? "/tmp" : tmpdir();
  const folder = mkdtempSync(join(root, "lw-bench-"));
  chmodSync(folder, 0o700);
  const watchdog = spawn("/bin/sh", ["-c", WATCHDOG, "lastwill-bench", folder], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
  const options = { cwd: folder, env: { PATH: process.env.PATH, LC_ALL: "C" }, ...account };
  if (account.uid !== undefined) {
    execFileSync("chown", [`${account.uid}:${account.gid}`, folder]);
  }
  const data = join(folder, "data");
  execFileSync(
    join(bin, "initdb"),
    ["-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C"],
    { ...options, stdio: "pipe" },
  );
  const settings = Object.entries({ ...SETTINGS, unix_socket_directories: folder });
  appendFileSync(
    join(data, "postgresql.conf"),
    settings.map(([name, value]) => `${name} = '${value}'\n`).join(""),
  );
  const log = openSync(join(folder, "log"), "a");
  const server = spawn(join(bin, "postgres"), ["-D", data], {
    ...options,
    stdio: ["ignore", log, log],
    detached: true,
  });
  await untilReady(server, folder);
  return {
    host: folder,
    bin,
    settings: SETTINGS,
    stop: async () => {
      const exited = new Promise((resolve) => server.once("exit", resolve));
      server.kill("SIGINT");
      await exited;
      watchdog.stdin.end();
    },
  };
}

/** The newest server on this machine, or the one that PG_BIN names. */
function findBinaries() {
  const debian = "/usr/lib/postgresql";
  const versions = existsSync(debian) ? readdirSync(debian) : [];
  const folders = [
    process.env.PG_BIN,
    ...versions.sort((a, b) => Number(b) - Number(a)).map((version) => `${debian}/${version}/bin`),
    ...(process.env.PATH ?? "").split(":"),
    "/opt/homebrew/opt/postgresql/bin",
  ];
  const found = folders.find(
    (folder) => folder && ["initdb", "postgres"].every((name) => existsSync(join(folder, name))),
  );
  if (found) return found;
  throw new Error(
    "no PostgreSQL server was found: install one, or set PG_BIN to the folder of initdb and postgres",
  );
}

/** PostgreSQL refuses to run as root. */
function accountToRunAs() {
  if (process.getuid?.() !== 0) return {};
  const id = (flag) => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
  return { uid: id("-u"), gid: id("-g") };
}

async function untilReady(server, folder) {
  const ready = () => {
    const file = join(folder, "data", "postmaster.pid");
    return existsSync(file) && readFileSync(file, "utf8").split("\n")[7]?.trim() === "ready";
  };
  while (!ready()) {
    if (server.exitCode !== null) {
      const log = readFileSync(join(folder, "log"), "utf8");
      rmSync(folder, { recursive: true, force: true });
      throw new Error(`PostgreSQL did not start:\n${log}`);
    }
    await sleep(20);
  }
}
