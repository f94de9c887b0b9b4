import { execFileSync } from "node:child_process";
import os from "node:os";

/** All that one has to know to read the figures, or to get them again. */
export async function describe({ server, client, options, notes, loadBefore }) {
  const { rows } = await client.query("select version()");
  return {
    date: new Date().toISOString().slice(0, 16).replace("T", " "),
    commit: commit(),
    command: ["npm run bench", ...commandArguments()].join(" "),
    machine: `${os.cpus().length} × ${os.cpus()[0].model}, ${Math.round(os.totalmem() / 2 ** 30)} GB`,
    system: `${os.type()} ${os.release()}, Node ${process.version}`,
    postgresql: rows[0].version,
    settings: server.settings,
    loadAverage: { before: loadBefore, after: os.loadavg() },
    groups: options.groups,
    children: options.children,
    ...("load" in options.groups ? { load: { seconds: options.seconds, rate: options.rate } } : {}),
    notes,
  };
}

function commandArguments() {
  const given = process.argv.slice(2);
  return given.length > 0 ? ["--", ...given] : [];
}

function commit() {
  const git = (...args) =>
    execFileSync("git", args, { cwd: import.meta.dirname, encoding: "utf8" }).trim();
  try {
    const what = ["../src", "../sql", "../package-lock.json", ".", ":!results", ":!README.md"];
    const changed = git("status", "--porcelain", "--", ...what) !== "";
    return `${git("rev-parse", "--short", "HEAD")}${changed ? " with uncommitted changes" : ""}`;
  } catch {
    return "not from a checkout";
  }
}
