import { splitColumnId } from "./column-id.ts";
import type { Finding } from "./finding.ts";
import { GENERATE, MIGRATE } from "./mends.ts";
import type { Thing } from "./thing.ts";

/** Findings that only a person, a migration or a long statement mends. */
export function notInstalled(): Finding {
  const what = "nothing of what is declared is installed";
  return { state: "missing", object: "schema lastwill", what, mend: MIGRATE };
}

export function notValid({ id }: Thing): Finding {
  const [, name = "", table = ""] = /^(?:foreign key|constraint) (.*) on (.*)$/s.exec(id) ?? [];
  if (name === "") {
    const what = "its build was cut off; no query uses it";
    return {
      state: "invalid",
      object: id,
      what,
      mend: `reindex ${id.replace("index ", "index concurrently ")};`,
    };
  }
  const what =
    "rows from before it was made were never checked; where a migration stopped at some, it goes on with lastwill migrate up";
  return {
    state: "not valid",
    object: id,
    what,
    mend: `alter table ${table} validate constraint ${name};`,
  };
}

export function cannotRun(id: string, reason: string): Finding {
  return {
    state: "outdated",
    object: id,
    what: `the lock's SQL for it does not run here any more: ${reason}`,
    mend: GENERATE,
  };
}

export function extra({ id }: Thing): Finding {
  return {
    state: "extra",
    object: id,
    what: "nothing in the lock makes it",
    mend: `${MIGRATE}; if it has run and you do not need it: ${dropOf(id)}`,
  };
}

function dropOf(id: string): string {
  const [, name = "", table = ""] = /^(?:foreign key|constraint) (.*) on (.*)$/s.exec(id) ?? [];
  if (name !== "") return `alter table ${table} drop constraint ${name};`;
  const column = splitColumnId(id);
  if (column) return `alter table ${column.table} drop column ${column.column};`;
  return `drop ${id.replace(/^index /, "index concurrently ").replace(/^relation /, "table ")};`;
}
