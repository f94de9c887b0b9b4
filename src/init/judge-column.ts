import type { Column, ForeignKey, Table } from "../catalog.ts";
import { identifier, qualified } from "../sql/quote.ts";
import { isTemporaryName, lastingName } from "./mentions.ts";
import type { SessionTable } from "./session-tables.ts";
import type { Rows } from "./ties.ts";

/** What was seen of a column that seems to hold sessions' keys. */
export interface ColumnEvidence {
  readonly table: Table;
  /** The table's, in sentences. */
  readonly name: string;
  readonly column: Column;
  readonly foreignKey: ForeignKey | undefined;
  readonly session: SessionTable;
  /** Other tables whose keys its values could be. */
  readonly rivals: readonly Table[];
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
  readonly caution?: string | undefined;
}

/** Whether rows that hold a session's key are its own. */
export function judgeColumn(seen: ColumnEvidence, rows: Rows): ColumnJudgement {
  const { table, column, foreignKey, lingering } = seen;
  const lasting = lastingName(table.name);
  if (foreignKey?.onDelete === "c") return endedAlready(seen, rows, lasting);
  if (lasting !== undefined) return lastingRows(seen, lasting);
  if (foreignKey && "nd".includes(foreignKey.onDelete)) {
    return { evidence: [said(seen)], doubt: "the foreign key says that the rows stay" };
  }
  const { keepWhen, doubt } = rows;
  const common = { evidence: [said(seen), ...rows.evidence], keepWhen };
  if (doubt !== undefined) return { ...common, doubt };
  if (keepWhen !== undefined && column.notNull) {
    const first = `a row stays when ${keepWhen}, but ${column.name} is NOT NULL; first run: ${dropNotNull(seen)}`;
    return { ...common, doubt: first, orphans: lingering ? "delete" : undefined };
  }
  return { ...common, ...doubts(seen) };
}

/** A foreign key that cascades ends whatever it is; what can be said of rows that stay is all there is to save. */
function endedAlready(
  seen: ColumnEvidence,
  { keepWhen, doubt, evidence }: Rows,
  lasting: string | undefined,
): ColumnJudgement {
  const isKept = keepWhen !== undefined && !seen.column.notNull;
  const unsaid = isKept || keepWhen === undefined ? [] : [`a row may stay when ${keepWhen}`];
  const rest = isKept ? "what is not kept here" : "it";
  const ended = [lasting ?? doubt, ...unsaid].flatMap((words) =>
    words === undefined ? [] : `${words}; ${rest} ends by its foreign key all the same`,
  );
  return {
    evidence: [said(seen), ...ended, ...(isKept ? evidence : [])],
    keepWhen: isKept ? keepWhen : undefined,
    caution: ended[0],
  };
}

function doubts({
  table,
  sampled,
  found,
  lingering,
  foreignKey,
  rivals,
}: ColumnEvidence): Partial<ColumnJudgement> {
  if (rivals.length > 0) {
    const others = rivals.map(({ name }) => name).join(", ");
    return { doubt: `it may name a row of ${others} as well: numbers are keys of any table` };
  }
  if (!isTemporaryName(table.name)) {
    return {
      doubt: `only you can say whether a row of ${table.name} is temporary`,
      orphans: lingering ? "delete" : undefined,
    };
  }
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

/** What is kept for the books never ends with a session, nor may it keep one from ending. */
function lastingRows(seen: ColumnEvidence, lasting: string): ColumnJudgement {
  const { column, foreignKey } = seen;
  if (foreignKey === undefined || !"ar".includes(foreignKey.onDelete)) {
    return { mention: `${said(seen)}; ${lasting}`, evidence: [] };
  }
  const first = column.notNull ? `; for that, first run: ${dropNotNull(seen)}` : "";
  return {
    evidence: [said(seen)],
    onDelete: "set_null",
    doubt: `${lasting}; with this line it stays, and loses its ${column.name}${first}`,
  };
}

function said({
  name: table,
  column,
  foreignKey,
  session,
  sampled,
  found,
}: ColumnEvidence): string {
  const name = `${table}.${column.name}`;
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
