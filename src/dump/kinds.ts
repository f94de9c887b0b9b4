import { beginning, parseName } from "./beginning.ts";

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
  "(alter (?:(?:role|user) NAME in )?database )(NAME)(?= set (?!tablespace\\b))",
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
  const written = DATABASE_SETTING.exec(sql)?.[2];
  return written === undefined ? undefined : parseName(written).name;
}

const MAY_FAIL: readonly RegExp[] = [
  // Settings that this version does not know; calls.
  beginning("(?:set|reset|select|alter (?:role|user|database))\\b"),
  // It is there, as public is; or what is to be in it fails as well.
  beginning("create schema\\b"),
  // It is not there.
  beginning("drop\\b"),
  beginning("alter table (?:if exists )?(?:only )?TABLE (?:alter column NAME )?drop\\b"),
];

/** Whether nothing is missing where a statement fails. */
export function mayFail(sql: string): boolean {
  return MAY_FAIL.some((kind) => kind.test(sql));
}
