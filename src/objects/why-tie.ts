import { chainTo, type Edge, type Owner, type PolymorphicEdge } from "../graph.ts";
import { momentSql } from "../sql/expiry.ts";
import { identifier, join, literal, qualified, type Sql } from "../sql/quote.ts";
import { render } from "../sql/template.ts";
import { edgeNames } from "./edge-names.ts";
import { columnsText, keyText } from "./key-text.ts";
import { namesSomebody } from "./orphans.ts";
import { holdsText, keyInColumn, parentKeyOf } from "./polymorphic-rows.ts";

/** Who has a row by one edge: from the row up to its owner, as far as there is somebody. */
export function tieSql(owner: Owner, edge: Edge): Sql {
  const chain = chainTo(edge);
  const names = owner.key.map(({ column }) => column);
  const above = chain.slice(0, -1);
  const rows = above.map((link, index) => keyText(link, `owned_${index + 1}`));
  return render("why/tie.sql", {
    edge: edge.id,
    owner: owner.name,
    owner_there: isThere("owner", names),
    unowned: (above.length > 0
      ? `when ${isThere(`owned_${above.length}`, namesOf(edge))} then 'unowned'`
      : "") as Sql,
    owner_key: columnsText(names, "owner"),
    parent_key: parentKeyText(edge),
    above: (rows.length > 0 ? `array[${rows.join(", ")}]` : "'{}'::text[]") as Sql,
    expires_at: momentSql(owner.expires, "owner"),
    row: `owned_${edge.depth}`,
    joins: join(chain.map((link) => joinUp(link, link === edge)).reverse(), "\n"),
    tied: tiedSql(edge),
  });
}

/** A column of what was asked for, whether or not there is such a row. */
export function asked(column: string): Sql {
  return `(asked).${identifier(column)}` as Sql;
}

function isThere(row: string, columns: readonly string[]): Sql {
  return `${row}.${identifier(columns[0] ?? "")} is not null` as Sql;
}

function namesOf(edge: Edge): string[] {
  return edge.on.key.map(({ column }) => column);
}

/** From a row to what it hangs on. The lowest is found by its key, since it need not be there. */
function joinUp(edge: Edge, isLowest: boolean): Sql {
  const row = `owned_${edge.depth}`;
  const above = edge.depth === 1 ? "owner" : `owned_${edge.depth - 1}`;
  const table = `left join ${qualified(...edge.on.table)} as ${above} on`;
  const keys = edge.on.key.map(({ column }) => `${above}.${identifier(column)}`);
  const outer = isLowest ? "join" : "left join";
  switch (edge.kind) {
    case "column": {
      const pairs = edge.by.map((by, index) => `${keys[index]} = ${row}.${identifier(by)}`);
      return `${table} ${pairs.join(" and ")}` as Sql;
    }
    case "polymorphic":
      return `${table} ${polymorphicPairs(edge, row, `${keys[0]}`)}` as Sql;
    case "through": {
      const tie = `tie_${edge.depth}`;
      const key = isLowest ? asked(edge.key.column) : `${row}.${identifier(edge.key.column)}`;
      const toTie = `${outer} ${qualified(...edge.join)} as ${tie} on ${tie}.${identifier(edge.toOwned.column)} = ${key}`;
      return `${toTie}\n${table} ${keys[0]} = ${tie}.${identifier(edge.toParent.column)}` as Sql;
    }
    case "data": {
      const link = `link_${edge.depth}`;
      const key = isLowest ? asked(edge.key.column) : `${row}.${identifier(edge.key.column)}`;
      const toLink = `${outer} ${qualified("lastwill", edgeNames(edge).link)} as ${link} on ${link}.owned_key = ${key}`;
      return `${toLink}\n${table} ${keys[0]} = ${link}.owner_key` as Sql;
    }
  }
}

/** With the type on the row's side: another type is another table's key. */
function polymorphicPairs(edge: PolymorphicEdge, row: string, key: string): string {
  const by = `${row}.${identifier(edge.by.column)}`;
  const exactly = holdsText(edge) ? `\n  and ${by} = ${keyInColumn(edge, key)}` : "";
  const type = `${row}.${identifier(edge.typeColumn)} = ${literal(edge.type)}`;
  return `${key} = ${parentKeyOf(edge, by)}${exactly}\n  and ${type}`;
}

function tiedSql(edge: Edge): Sql {
  const row = `owned_${edge.depth}`;
  switch (edge.kind) {
    case "column":
      return namesSomebody(edge.by, row);
    case "polymorphic": {
      const by = `${row}.${identifier(edge.by.column)} is not null`;
      return `${by}\n  and ${row}.${identifier(edge.typeColumn)} = ${literal(edge.type)}` as Sql;
    }
    case "through":
      return `tie_${edge.depth}.${identifier(edge.toParent.column)} is not null` as Sql;
    case "data":
      return "true" as Sql;
  }
}

/** The key that a tie names, whether or not somebody has it. */
function parentKeyText(edge: Edge): Sql {
  const row = `owned_${edge.depth}`;
  switch (edge.kind) {
    case "column":
      return columnsText(edge.by, row);
    case "polymorphic":
      return columnsText([edge.by.column], row);
    case "through":
      return columnsText([edge.toParent.column], `tie_${edge.depth}`);
    case "data":
      return columnsText(["owner_key"], `link_${edge.depth}`);
  }
}
