import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import os from "node:os";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { chart } from "./chart.mjs";
import { HOT_PATH, hotPath } from "./hot-path.mjs";
import { table } from "./report.mjs";
import { startServer } from "./server.mjs";
import { sweep } from "./sweep.mjs";
import { layouts, World } from "./world.mjs";

const HELP = `npm run bench -- [options]

  --size 10k|100k|1M    how many sessions, each with nine rows of its own  (10k)
  --only GROUP,GROUP    of ${[...HOT_PATH, "sweep"].join(", ")}  (all)
  --repeats N           how often everything is measured  (9)
  --against FOLDER      also measure what another checkout's build generates, beside ours
  --name NAME           the results' name in bench/results  (the size)
`;

const GROUPS = [...HOT_PATH, "sweep"];

await main();

async function main() {
  const options = readOptions();
  if (options === undefined) return;
  const say = (text) => process.stderr.write(`${text}\n`);
  const loadBefore = os.loadavg();
  const server = await startServer();
  const world = new World(server);
  const ended = () => process.exit(130);
  process.once("SIGINT", ended).once("SIGTERM", ended);
  try {
    await world.build(options.size, layouts(options), say);
    const groups = HOT_PATH.filter((group) => options.only.includes(group));
    const given = { ...options, world, groups, say };
    const results = [
      ...(groups.length > 0 ? await hotPath(given) : []),
      ...(options.only.includes("sweep") ? await sweep(given) : []),
    ];
    const about = await describe(world, server, options, loadBefore);
    process.stdout.write(table(results, about));
    save(options.name, { about, results });
  } finally {
    await world.close();
    await server.stop();
  }
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      size: { type: "string", default: "10k" },
      only: { type: "string", default: GROUPS.join(",") },
      repeats: { type: "string", default: "9" },
      against: { type: "string" },
      name: { type: "string" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return undefined;
  }
  const [, number, unit] = /^(\d+)([kM]?)$/.exec(values.size) ?? [];
  const size = Number(number) * { "": 1, k: 1_000, M: 1_000_000 }[unit];
  const repeats = Number(values.repeats);
  const only = values.only.split(",");
  if (
    !(size >= 1_000 && size % 2 === 0) ||
    !(Number.isInteger(repeats) && repeats > 0) ||
    !only.every((group) => GROUPS.includes(group))
  ) {
    process.stderr.write(HELP);
    process.exitCode = 2;
    return undefined;
  }
  const against = values.against && resolve(values.against);
  return { size, only, repeats, against, name: values.name ?? values.size };
}

/** All that one has to know to read the figures, or to get them again. */
async function describe(world, server, options, loadBefore) {
  const client = await world.client("postgres");
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
    sessions: options.size,
    repeats: options.repeats,
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
    const changed = git("status", "--porcelain", "--", "../src", "../sql", ".") !== "";
    return `${git("rev-parse", "--short", "HEAD")}${changed ? " with uncommitted changes" : ""}`;
  } catch {
    return "not from a checkout";
  }
}

function save(name, report) {
  const folder = new URL("results/", import.meta.url);
  mkdirSync(folder, { recursive: true });
  writeFileSync(new URL(`${name}.json`, folder), `${JSON.stringify(report, null, 2)}\n`);
  writeFileSync(new URL(`${name}.svg`, folder), chart(report));
  process.stderr.write(`written: bench/results/${name}.json and ${name}.svg\n`);
}
