import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { expectedFiles, goldenCases } from "../golden/golden.ts";
import { upText } from "../support/migration-text.ts";

const SQUAWK = fileURLToPath(new URL("../../node_modules/.bin/squawk", import.meta.url));
const CONFIG = fileURLToPath(new URL("../../.squawk.toml", import.meta.url));

/** Holds a folder of files for each way in which migrations run. */
const folder = mkdtempSync(join(tmpdir(), "lw-squawk-"));
const IN_TRANSACTION = "in-transaction";
const BY_THEMSELVES = "by-themselves";

const up = new Map<string, string>();

beforeAll(async () => {
  for (const kind of [IN_TRANSACTION, BY_THEMSELVES]) mkdirSync(join(folder, kind));
  for (const golden of [...goldenCases("install"), ...goldenCases("change")]) {
    for (const [name, text] of expectedFiles(golden)) {
      const kind = name.endsWith(".sql") ? IN_TRANSACTION : BY_THEMSELVES;
      const sql = await upText(text);
      up.set(`${golden.name}/${name}`, sql);
      writeFileSync(join(folder, kind, `${golden.name} ${name}.sql`), sql);
    }
  }
});

afterAll(() => rmSync(folder, { recursive: true }));

/** What squawk has to say about the files of a folder, a line for each warning. */
function squawk(kind: string, ...options: string[]): Promise<string> {
  const files = readdirSync(join(folder, kind));
  expect(files.length).toBeGreaterThan(30);
  return lint([...options, ...files], join(folder, kind));
}

function lint(words: readonly string[], cwd: string): Promise<string> {
  const all = ["--config", CONFIG, "--pg-version", "15", "--reporter", "gcc", ...words];
  return new Promise((resolve, reject) => {
    execFile(SQUAWK, all, { cwd }, (error, stdout, stderr) => {
      // It ends with 1 if there are warnings.
      if (error && (error.code !== 1 || stdout === "")) reject(new Error(stderr || error.message));
      else resolve(stdout);
    });
  });
}

test("squawk finds nothing in the migrations that run in a transaction", async () => {
  expect(await squawk(IN_TRANSACTION, "--assume-in-transaction")).toBe("");
});

test("squawk finds nothing in the statements that run by themselves", async () => {
  expect(await squawk(BY_THEMSELVES)).toBe("");
});

test("squawk would find what stops writes", async () => {
  const file = join(folder, "careless.sql");
  writeFileSync(
    file,
    "create index on carts (session_sid);\nalter table carts add unique (sid);\n",
  );
  const found = await lint([file], folder);
  expect(found).toContain("require-concurrent-index-creation");
  expect(found).toContain("disallowed-unique-constraint");
  expect(found).toContain("require-lock-timeout");
});

// .squawk.toml says so, and leaves out the rules that would see it.
test("no table is dropped or renamed but lastwill's own", () => {
  const dropped = /^drop table (?:if exists )?|^alter table (?=\S+\n {2}rename to)/;
  const found = [...up].flatMap(([name, text]) =>
    text
      .split("\n\n")
      .filter((statement) => dropped.test(statement))
      .map((statement) => ({ name, table: statement.replace(dropped, "").split(/[\s;]/)[0] })),
  );
  expect(found.length).toBeGreaterThan(3);
  expect(found.filter(({ table }) => !/^(?:lastwill|pg_temp)\./.test(table ?? ""))).toEqual([]);
});
