import type { Column, ForeignKey, Table } from "../catalog.ts";
import { identifier, qualified } from "../sql/quote.ts";
import { keepingOf } from "./keeping.ts";
import { lastingName } from "./mentions.ts";
import type { SessionTable } from "./session-tables.ts";

/** What was seen of a column that seems to hold sessions' keys. */
export interface ColumnEvidence {
  readonly table: Table;
  readonly column: Column;
  readonly foreignKey: ForeignKey | undefined;
  readonly session: SessionTable;
  /** Different values sampled, and how many of them are sessions' keys. */
  readonly sampled: number;
  readonly found: number | undefined;
  /** Whether any row holds the key of a session that is gone. */
  readonly lingering: boolean | undefined;
}

/** An edge, as far as its column tells; or a sentence why it is none. */
export interface ColumnJudgement {
  readonly mention?: string;
  readonly evidence: readonly string[];
  readonly doubt?: string | undefined;
  readonly onDelete?: "set_null" | undefined;
  readonly orphans?: "delete" | undefined;
  /** SQL over the row: it survives. */
  readonly keepWhen?: string | undefined;
}

/** Whether rows that hold a session's key are its own. */
export function judgeColumn(seen: ColumnEvidence): ColumnJudgement {
  const { table, column, foreignKey } = seen;
  const lasting = lastingName(table.name);
  if (foreignKey?.onDelete === "c") return { evidence: [said(seen)] };
  if (lasting !== undefined) return lastingRows(seen, lasting);
  if (foreignKey && "nd".includes(foreignKey.onDelete)) {
    return { evidence: [said(seen)], doubt: "the foreign key says that the rows stay" };
  }
  const { keepWhen, doubt } = keepingOf(table);
  const common = { evidence: [said(seen)], keepWhen };
  if (doubt !== undefined) return { ...common, doubt };
  if (keepWhen !== undefined && column.notNull) {
    const first = `a row stays when ${keepWhen}, but ${column.name} is NOT NULL; first run: ${dropNotNull(seen)}`;
    return { ...common, doubt: first, orphans: seen.lingering ? "delete" : undefined };
  }
  return { ...common, ...doubts(seen) };
}

function doubts({
  sampled,
  found,
  lingering,
  foreignKey,
}: ColumnEvidence): Partial<ColumnJudgement> {
  if (!foreignKey && sampled === 0) return { doubt: "no row names a session yet" };
  if (!foreignKey && !found) return { doubt: "none of the sampled values exists" };
  if (lingering) {
    return {
      orphans: "delete",
      doubt: "rows of sessions that are gone linger, and orphans: delete ends them",
    };
  }
  if (lingering === undefined)
    return { doubt: "whether rows linger could not be told in 5 seconds" };
  return {};
}

/** What is kept for the books never ends with a session, but must not keep one from ending. */
function lastingRows(seen: ColumnEvidence, lasting: string): ColumnJudgement {
  const { column, foreignKey, session } = seen;
  const stops = foreignKey !== undefined && "ar".includes(foreignKey.onDelete);
  const words = `${said(seen)}; ${lasting}`;
  if (!stops) return { mention: words, evidence: [] };
  if (!column.notNull) {
    return {
      evidence: [
        `${words}, but its foreign key would keep sessions from ending; set null, it does not`,
      ],
      onDelete: "set_null",
    };
  }
  return {
    evidence: [words],
    onDelete: "set_null",
    doubt: `its foreign key stops rows of ${session.table.name} from ending, and ${column.name} is NOT NULL; first run: ${dropNotNull(seen)}`,
  };
}

function said({ table, column, foreignKey, session, sampled, found }: ColumnEvidence): string {
  const name = `${table.name}.${column.name}`;
  const key = `${session.table.name}.${session.key}`;
  if (foreignKey) {
    return `${name} refers to ${key}${foreignKey.onDelete === "c" ? ", and cascades" : ""}`;
  }
  if (sampled === 0) return `${name} → ${key}: by name and type, for there is no value yet`;
  return `${name} → ${key}: ${found ?? "?"} of ${sampled} sampled values exist`;
}

function dropNotNull({ table, column }: ColumnEvidence): string {
  return `alter table ${qualified(table.schema, table.name)} alter column ${identifier(column.name)} drop not null`;
}
