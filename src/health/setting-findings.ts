import { identifier } from "../sql/quote.ts";
import type { Finding } from "./finding.ts";
import type { Bypasses, Server } from "./server.ts";

/** Settings under which rows silently stay, or are not seen. */
export function settingFindings(server: Server, bypasses: Bypasses): Finding[] {
  return [
    ...noCounts(server),
    ...bypasses.replica_roles.map(replicaRole),
    ...bypasses.row_security.map(({ name, role, is_forced }): Finding => {
      const what = `row security${is_forced ? ", forced," : ""} hides its rows from ${role}, whom our functions run as`;
      return setting(`table ${name}`, what, `a superuser: alter role ${role} bypassrls;`);
    }),
    ...bypasses.foreign_keys_off.map(({ name, on_table }): Finding => {
      const what = `a trigger that it needs on ${on_table} is switched off`;
      return {
        state: "disabled",
        object: name,
        what,
        mend: `alter table ${on_table} enable trigger all;`,
      };
    }),
    ...bypasses.subscriptions.map(({ name, written }): Finding => {
      const what = `it writes ${written}, and what it applies fires no trigger of ours`;
      return setting(
        `subscription ${name}`,
        what,
        "install on the publisher alone, and sweep there",
      );
    }),
  ];
}

function setting(object: string, what: string, mend: string): Finding {
  return { state: "setting", object, what, mend };
}

function noCounts({ track_counts }: Server): Finding[] {
  if (track_counts) return [];
  const what = "it is off, so autovacuum does not clean up behind the sweep";
  return [
    setting("track_counts", what, "alter system set track_counts = on; select pg_reload_conf();"),
  ];
}

function replicaRole({ role, database }: Bypasses["replica_roles"][number]): Finding {
  const who =
    role === null ? (database === null ? "every connection" : "every role") : `role ${role}`;
  const where = database === null ? "" : ` in database ${database}`;
  const what = `${who}${where} begins with replica, under which no trigger and no foreign key of ours does anything`;
  return setting("session_replication_role", what, resetOf(role, database));
}

function resetOf(role: string | null, database: string | null): string {
  const reset = "reset session_replication_role;";
  if (role === null && database === null) {
    return "alter system reset session_replication_role; select pg_reload_conf();";
  }
  if (role === null) return `alter database ${identifier(database ?? "")} ${reset}`;
  const within = database === null ? "" : ` in database ${identifier(database)}`;
  return `alter role ${identifier(role)}${within} ${reset}`;
}
