// `npm run test:matrix`: the database tests on each PostgreSQL, one after the other. Some of it:
// `npm run test:matrix -- 16 18 test/db/views.test.ts`.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readResults } from "./results.mjs";

/** What LASTWILL_TEST_SERVER is to say for each; the first is what `npm test` takes, the one with pg_cron. */
const SERVERS = { 15: "", 16: "embedded:16", 17: "embedded:17", 18: "embedded:18" };

/** Where a version of PostgreSQL can make a difference. */
const FOLDERS = ["test/cron", "test/db", "test/e2e", "test/golden", "test/soak"];

const words = process.argv.slice(2);
const wanted = words.filter((word) => word in SERVERS);
const paths = words.filter((word) => !(word in SERVERS));

const folder = mkdtempSync(join(tmpdir(), "lw-matrix-"));
const lines = [];
let failed = false;
for (const version of wanted.length > 0 ? wanted : Object.keys(SERVERS)) {
  const { line, ok } = await runOn(version);
  lines.push(line);
  failed ||= !ok;
}
rmSync(folder, { recursive: true });
console.log(`\n${lines.join("\n")}`);
process.exitCode = failed ? 1 : 0;

/** Runs the tests on one version, shows what they say, and gives the line that sums it up. */
async function runOn(version) {
  const report = join(folder, `${version}.json`);
  const env = { ...process.env, VITEST_JSON: report, LASTWILL_TEST_SERVER: SERVERS[version] };
  if (SERVERS[version] !== "") delete env.DATABASE_URL_TEST;
  const began = Date.now();
  const { code, server } = await vitest(paths.length > 0 ? paths : FOLDERS, env);
  const name = server ?? `PostgreSQL ${version}`;
  if (!existsSync(report)) return { line: `${name}: did not run (exit code ${code})`, ok: false };
  const results = readResults(report);
  const counts = ["passed", "failed", "skipped"].map((kind) => `${results[kind]} ${kind}`);
  const seconds = Math.round((Date.now() - began) / 1_000);
  return {
    line: `${name}: ${counts.join(", ")} (${seconds} s)`,
    ok: code === 0 && results.failed === 0 && results.passed > 0,
  };
}

/** The test server introduces itself on stderr: that is who the numbers are about. */
async function vitest(paths, env) {
  const child = spawn("npx", ["--no", "vitest", "run", "--project", "server", ...paths], {
    env,
    stdio: ["inherit", "inherit", "pipe"],
  });
  let said = "";
  child.stderr.on("data", (chunk) => {
    said += chunk;
    process.stderr.write(chunk);
  });
  const code = await new Promise((resolve) => child.on("close", resolve));
  return { code, server: /^lastwill tests: (PostgreSQL \d.*)$/m.exec(said)?.[1] };
}
