import type { Graph, Owner } from "../graph.ts";
import { objectName } from "../names.ts";
import { dueSql, orderSql } from "../sql/expiry.ts";
import { nameText, pathText, textArray } from "../sql/quote.ts";
import { render } from "../sql/template.ts";
import { columnsText } from "./key-text.ts";
import { type DbObject, relation, routine } from "./object.ts";

/** What an owner's own step of the sweep is called in the database. */
export function ownerSweepNames(owner: Owner): {
  readonly backlog: string;
  readonly batch: string;
  readonly dueAgain: string;
  readonly dueByExpiry: string;
  readonly dueInHeap: string;
  readonly endRows: string;
  readonly window: string;
} {
  return {
    backlog: objectName(owner.name, "backlog"),
    batch: objectName(owner.name, "sweep_batch"),
    dueAgain: objectName(owner.name, "due_again"),
    dueByExpiry: objectName(owner.name, "due_by_expiry"),
    dueInHeap: objectName(owner.name, "due_in_heap"),
    endRows: objectName(owner.name, "end_rows"),
    window: objectName(owner.name, "window"),
  };
}

/** How the sweep finds the expired rows of one owner, and ends a batch of them. */
export function ownerSweepObjects(owner: Owner, graph: Graph): DbObject[] {
  const names = ownerSweepNames(owner);
  const table = { table: owner.table, due: dueSql(owner.expires, "owner") };
  const key = columnsText(
    owner.key.map(({ column }) => column),
    "owner",
  );
  const rows = {
    ...table,
    key,
    not_aside: render("owner/not_aside.sql", { owner: owner.name, key }),
  };
  return [
    routine({
      name: names.backlog,
      template: "owner/backlog.sql",
      comment: `How many rows of ${owner.written} are due, and of how many.`,
      slots: {
        ...table,
        not_aside: rows.not_aside,
        backlog: names.backlog,
        table_text: nameText(...owner.table),
        columns: textArray(owner.expires.map(({ column }) => column)),
      },
    }),
    relation({
      kind: "sequence",
      name: names.window,
      template: "owner/window.sql",
      comment: `Numbers the windows of ${owner.written} that the workers of a sweep take.`,
      slots: { window: names.window, table: owner.table },
    }),
    routine({
      name: names.dueAgain,
      types: "bigint, integer",
      template: "owner/due_again.sql",
      comment: `Locks expired rows of ${owner.written} whose batch failed.`,
      slots: { ...rows, due_again: names.dueAgain, owner: owner.name },
    }),
    routine({
      name: names.dueInHeap,
      types: "bigint, integer",
      template: "owner/due_in_heap.sql",
      comment: `Locks expired rows of ${owner.written}, page by page.`,
      slots: {
        ...rows,
        due_in_heap: names.dueInHeap,
        owner: owner.name,
        window_of: nameText("lastwill", names.window),
      },
    }),
    routine({
      name: names.dueByExpiry,
      types: "integer",
      template: "owner/due_by_expiry.sql",
      comment: `Locks expired rows of ${owner.written}, the oldest first.`,
      slots: {
        ...rows,
        due_by_expiry: names.dueByExpiry,
        order: orderSql(owner.expires, "owner"),
      },
    }),
    routine({
      name: names.endRows,
      types: "bigint, tid[], text[]",
      template: "owner/end_rows.sql",
      comment: `Deletes expired rows of ${owner.written} that the sweep has locked.`,
      slots: {
        end_rows: names.endRows,
        owner: owner.name,
        table: owner.table,
        key,
        path: pathText(graph.path),
      },
    }),
    routine({
      name: names.batch,
      types: "bigint, integer",
      template: "owner/sweep_batch.sql",
      comment: `One batch of the sweep: ends expired rows of ${owner.written}.`,
      slots: {
        sweep_batch: names.batch,
        due_again: names.dueAgain,
        due_in_heap: names.dueInHeap,
        due_by_expiry: names.dueByExpiry,
        end_rows: names.endRows,
        table: owner.table,
      },
    }),
  ];
}
