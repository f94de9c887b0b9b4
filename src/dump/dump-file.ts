import { readFile } from "node:fs/promises";
import process from "node:process";
import { buffer } from "node:stream/consumers";
import { UsageError } from "../exit.ts";

const PLAIN = "pg_dump -s -E UTF8 -f schema.sql";

/** What a dump's file is called in messages. */
export function dumpName(file: string): string {
  return file === "-" ? "stdin" : file;
}

/**
 * The text of the dump in a file, or on stdin for `-`. Throws UsageError where there is none, or where it
 * is not the SQL of one database, with the pg_dump that would make it so.
 */
export async function readDumpFile(file: string): Promise<string> {
  const bytes = file === "-" ? await buffer(process.stdin) : await bytesOf(file);
  const name = dumpName(file);
  if (bytes.toString("latin1", 0, 5) === "PGDMP") {
    throw archive(name, "an archive (pg_dump -Fc)");
  }
  if (bytes.toString("latin1", 0, 8) === "toc.dat\0") {
    throw archive(name, "an archive (pg_dump -Ft)");
  }
  const text = plainText(bytes, name);
  if ((text.match(/^\\connect /gm)?.length ?? 0) > 1) {
    throw new UsageError(
      `${name} holds several databases, as pg_dumpall writes them\n  Dump the one that the manifest is for: ${PLAIN} <database>`,
    );
  }
  return text;
}

async function bytesOf(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
    if (code === "EISDIR") throw archive(file, "a folder (pg_dump -Fd)");
    throw new UsageError(
      code === "ENOENT"
        ? `there is no file ${file}\n  Write it: pg_dump -s -f ${file} <database>, or name another: --schema db/structure.sql`
        : `${file} cannot be read (${code})\n  Its schema is enough, without the rows: ${PLAIN} <database>`,
    );
  }
}

/** What only pg_restore can read. */
function archive(name: string, what: string): UsageError {
  return new UsageError(
    `${name} is ${what}, not SQL\n  Make SQL of it: pg_restore -s -f schema.sql ${name}; or dump anew: ${PLAIN} <database>`,
  );
}

function plainText(bytes: Buffer, name: string): string {
  if (!bytes.includes(0)) {
    try {
      return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    } catch {
      // Said below.
    }
  }
  throw new UsageError(
    `${name} is not a text in UTF-8: it is compressed, or in another encoding\n  Dump it anew: ${PLAIN} <database> (a shell's > may recode what it writes)`,
  );
}
