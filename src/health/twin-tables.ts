import type pg from "pg";
import { identifier, type Sql } from "../sql/quote.ts";
import { attempt, type Refusal } from "./attempt.ts";
import { printedId } from "./printed-id.ts";

/**
 * Temporary tables with the columns of people's own. What is made on one locks nobody out, and PostgreSQL words it as
 * it words what is on the table itself.
 */
export interface TwinTables {
  /** The twin of a table, made when it is asked for first. */
  readonly of: (table: Sql) => Promise<Sql | Refusal>;
  /** A definition with the tables' own names in it. */
  readonly named: (definition: string) => string;
}

const NAME = "lastwill_twin_";

export function twinTables(client: pg.ClientBase): TwinTables {
  const twins: Sql[] = [];
  return {
    of: async (table) => {
      if (!twins.includes(table)) {
        const twin = identifier(`${NAME}${twins.length}`);
        const refused = await attempt(client, `create temporary table ${twin} (like ${table})`);
        if (refused) return refused;
        twins.push(table);
      }
      return identifier(`${NAME}${twins.indexOf(table)}`);
    },
    named: (definition) =>
      definition.replace(new RegExp(`(?:pg_temp(?:_\\d+)?\\.)?${NAME}(\\d+)`, "g"), (_, number) =>
        printedId(twins[Number(number)] ?? ""),
      ),
  };
}
