import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, expect, test } from "vitest";
import { readDumpFile } from "../../../src/dump/dump-file.ts";
import { UsageError } from "../../../src/exit.ts";

const folder = mkdtempSync(join(tmpdir(), "lw-dump-"));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

async function refusal(path: string): Promise<string> {
  const error: unknown = await readDumpFile(path).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(UsageError);
  return (error as UsageError).message.replaceAll(`${folder}/`, "");
}

test("a dump is read as UTF-8, with a byte order mark or without", async () => {
  const text = 'create table "Körbe" (id bigint);\n';
  expect(await readDumpFile(file("plain.sql", text))).toBe(text);
  expect(await readDumpFile(file("marked.sql", `\uFEFF${text}`))).toBe(text);
});

test("the dump of one database that is to be created and connected to is read", async () => {
  const text = "CREATE DATABASE shop;\n\\connect shop\ncreate table a (id bigint);\n";
  expect(await readDumpFile(file("created.sql", text))).toBe(text);
});

test("a missing file is told with the pg_dump that writes it", async () => {
  expect(await refusal(join(folder, "none.sql"))).toBe(
    "there is no file none.sql\n  Write it: pg_dump -s -f none.sql <database>, or name another: --schema db/structure.sql",
  );
});

test("archives of pg_dump are told with the pg_restore that makes SQL of them", async () => {
  const makeSql = (name: string) =>
    `Make SQL of it: pg_restore -s -f schema.sql ${name}; or dump anew: pg_dump -s -E UTF8 -f schema.sql <database>`;
  mkdirSync(join(folder, "app.dir"));
  expect(await refusal(join(folder, "app.dir"))).toBe(
    `app.dir is a folder (pg_dump -Fd), not SQL\n  ${makeSql("app.dir")}`,
  );
  expect(await refusal(file("app.dump", "PGDMP\u0001\u000e\u0000"))).toBe(
    `app.dump is an archive (pg_dump -Fc), not SQL\n  ${makeSql("app.dump")}`,
  );
  expect(await refusal(file("app.tar", "toc.dat\u0000\u0000"))).toBe(
    `app.tar is an archive (pg_dump -Ft), not SQL\n  ${makeSql("app.tar")}`,
  );
});

test.each([
  ["a compressed text", gzipSync("create table a (id bigint);")],
  ["a text in Latin 1", Buffer.from('create table "Körbe" (id bigint);', "latin1")],
  ["what PowerShell's > writes", Buffer.from("\uFEFFcreate table a (id bigint);", "utf16le")],
])("%s is refused, with the pg_dump that writes UTF-8", async (_, content) => {
  expect(await refusal(file("odd.sql", content))).toBe(
    "odd.sql is not a text in UTF-8: it is compressed, or in another encoding\n" +
      "  Dump it anew: pg_dump -s -E UTF8 -f schema.sql <database> (a shell's > may recode what it writes)",
  );
});

test("what pg_dumpall writes is refused: it is of several databases", async () => {
  const text = "\\connect template1\ncreate table a ();\n\\connect shop\ncreate table b ();\n";
  expect(await refusal(file("all.sql", text))).toBe(
    "all.sql holds several databases, as pg_dumpall writes them\n" +
      "  Dump the one that the manifest is for: pg_dump -s -E UTF8 -f schema.sql <database>",
  );
});
