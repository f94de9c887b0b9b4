import type { Column, ForeignKey, Table } from "../catalog.ts";
import { identifier, qualified } from "../sql/quote.ts";
import { isPerson, lastingName } from "./mentions.ts";
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
  /** A row that has it filled survives. */
  readonly keeps?: Column | undefined;
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
  const keeps = peopleColumn(table);
  if (keeps?.notNull) {
    const doubt = `each row has a ${keeps.name}, so it may be somebody's for good`;
    return { evidence: [said(seen)], doubt };
  }
  const common = { evidence: [said(seen)], keeps };
  if (keeps && column.notNull) {
    const doubt =
      `what has a ${keeps.name} is to stay, but ${column.name} is NOT NULL; first run: alter table ` +
      `${qualified(table.schema, table.name)} alter column ${identifier(column.name)} drop not null`;
    return { ...common, doubt, orphans: seen.lingering ? "delete" : undefined };
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
  const { table, column, foreignKey, session } = seen;
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
  const fix = `alter table ${qualified(table.schema, table.name)} alter column ${identifier(column.name)} drop not null`;
  return {
    evidence: [words],
    onDelete: "set_null",
    doubt: `its foreign key stops rows of ${session.table.name} from ending, and ${column.name} is NOT NULL; first run: ${fix}`,
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

/** The column that says whose a row is for good; one that may be null first. */
export function peopleColumn(table: Table): Column | undefined {
  const columns = table.columns.filter(({ name }) => isPerson(name));
  return columns.find(({ notNull }) => !notNull) ?? columns[0];
}
