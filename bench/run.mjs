import { mkdirSync, writeFileSync } from "node:fs";
import os from "node:os";
import { describe } from "./about.mjs";
import { chart } from "./chart.mjs";
import { runGroups } from "./groups.mjs";
import { readOptions } from "./options.mjs";
import { report } from "./report.mjs";
import { startServer } from "./server.mjs";
import { World } from "./world.mjs";

const options = readOptions();
if (options !== undefined) await main(options);

async function main(options) {
  const say = (text) => process.stderr.write(`${text}\n`);
  const notes = [];
  const note = (text) => {
    say(`\n!!! ${text}\n`);
    notes.push(text);
  };
  const loadBefore = os.loadavg();
  const server = await startServer();
  const worlds = new Map();
  const worldOf = (size) => {
    if (!worlds.has(size)) worlds.set(size, new World(server, { ...options, size, say }));
    return worlds.get(size);
  };
  const ended = () => process.exit(130);
  process.once("SIGINT", ended).once("SIGTERM", ended);
  try {
    const { groups, ...rest } = options;
    const results = await runGroups(groups, { ...rest, server, worldOf, say, note });
    const [world] = worlds.values();
    const client = await world.client("postgres");
    const about = await describe({ server, client, options, notes, loadBefore });
    process.stdout.write(report({ about, results }));
    save(options.name, { about, results });
  } finally {
    for (const world of worlds.values()) await world.close();
    await server.stop();
  }
}

function save(name, measured) {
  const folder = new URL("results/", import.meta.url);
  mkdirSync(folder, { recursive: true });
  writeFileSync(new URL(`${name}.json`, folder), `${JSON.stringify(measured, null, 2)}\n`);
  writeFileSync(new URL(`${name}.svg`, folder), chart(measured));
  process.stderr.write(`written: bench/results/${name}.json and ${name}.svg\n`);
}
