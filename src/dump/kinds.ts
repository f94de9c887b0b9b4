import { parseTableName } from "../table-name.ts";

const NAME = '(?:"(?:[^"]|"")+"|[^\\s".,;()]+)';

/** How a statement begins: a blank stands for any, NAME for a name as SQL writes it, TABLE for a table's. */
function beginning(words: string): RegExp {
  const pattern = words
    .replaceAll("TABLE", "NAME(?:\\.NAME)?")
    .replaceAll("NAME", NAME)
    .replaceAll(" ", "\\s+");
  return new RegExp(`^(?:${pattern})`, "i");
}

/** What says nothing of tables; what would fire, reach out, or disturb the reading. */
const LEFT_OUT: readonly RegExp[] = [
  // Rows, and what is made of them.
  beginning("(?:copy|insert|refresh)\\b"),
  // Rights, and who has them.
  beginning("(?:grant|revoke|security label|alter default privileges)\\b"),
  beginning("(?:create|alter|drop) (?:role|user|group|policy)\\b"),
  /^alter\s.*\sowner\s+to\s+(?:"[^"]+"|\S+?)\s*;?$/is,
  // What acts by itself.
  beginning("create (?:or replace )?(?:constraint )?(?:trigger|rule)\\b"),
  beginning("alter table (?:only )?TABLE (?:en|dis)able (?:always |replica )?(?:trigger|rule)\\b"),
  beginning("(?:create|alter) (?:event trigger|publication|subscription)\\b"),
  // Where and how values lie.
  beginning("(?:create|alter|drop) (?:database|tablespace)\\b"),
  beginning("alter table (?:only )?TABLE alter column NAME set compression\\b"),
  beginning("comment on (?!table\\b)"),
  // The connection. A transaction would be lost with the first statement that fails.
  beginning("set (?:local |session )?(?:role|session authorization|client_encoding|names)\\b"),
  beginning("(?:begin|start transaction|commit|end|rollback|savepoint)\\b"),
];

const DATABASE_SETTING = beginning(
  "(alter (?:(?:role|user) NAME in )?database )(NAME)(?= set \\b(?!tablespace\\b))",
);
const ROLE_SETTING = beginning("alter (?:role|user) NAME set\\b");

/** A statement as it runs in `database`, whatever its own is called; undefined when it is left out. */
export function loadable(sql: string, database: string): string | undefined {
  if (DATABASE_SETTING.test(sql)) {
    return sql.replace(DATABASE_SETTING, (_, words: string) => words + database);
  }
  if (ROLE_SETTING.test(sql)) return sql;
  return LEFT_OUT.some((kind) => kind.test(sql)) ? undefined : sql;
}

/** What the dumped database is called, by a statement that sets something for it. */
export function databaseOf(sql: string): string | undefined {
  return unquoted(DATABASE_SETTING.exec(sql)?.[2]);
}

/** Extensions that a dump may make, for a server that has to have them ready: more do no harm. */
export function extensionsIn(text: string): string[] {
  const lines = text.split("\n").filter((line) => /^create\s+extension\s/i.test(line));
  return lines.flatMap((line) => extensionOf(line) ?? []);
}

const EXTENSION = beginning("create extension (?:if not exists )?(NAME)");

/** The extension that a statement makes. */
export function extensionOf(sql: string): string | undefined {
  return unquoted(EXTENSION.exec(sql)?.[1]);
}

/** Settings of another version, and what was dropped before it could be there. */
const MAY_FAIL: readonly RegExp[] = [
  beginning("(?:set|reset|drop)\\b"),
  beginning("alter table (?:if exists )?(?:only )?TABLE (?:alter column NAME )?drop\\b"),
];

/** Whether nothing is missing where a statement fails. */
export function mayFail(sql: string): boolean {
  return MAY_FAIL.some((kind) => kind.test(sql));
}

const OF_TABLE: readonly RegExp[] = [
  beginning("create (?:(?:unlogged|foreign) )?table (?:if not exists )?(TABLE)"),
  beginning("create (?:or replace )?(?:recursive |materialized )?view (?:if not exists )?(TABLE)"),
  beginning("alter (?:foreign )?table (?:if exists )?(?:only )?(TABLE)"),
  // An index of another kind is no key, and does not find what refers.
  beginning("create (?:unique )?index (?:NAME )?on (?:only )?(TABLE)(?: using btree)?\\s*\\("),
  beginning("comment on table (TABLE)"),
];

/** The table or view of which a catalog would say something else without this statement. */
export function tableOf(sql: string): ReturnType<typeof parseTableName> | undefined {
  const written = OF_TABLE.map((kind) => kind.exec(sql)?.[1]).find((name) => name !== undefined);
  return written === undefined ? undefined : parseTableName(folded(written));
}

function unquoted(written: string | undefined): string | undefined {
  return written === undefined ? undefined : parseTableName(folded(written)).name;
}

/** A name as it is kept: in lower case where it has no quotes. */
function folded(written: string): string {
  return written.replaceAll(/"(?:[^"]|"")*"|[^"]+/g, (part) =>
    part.startsWith('"') ? part : part.toLowerCase(),
  );
}
