import type { ForeignKey } from "../catalog.ts";
import type { TableName } from "../graph.ts";
import { objectName } from "../names.ts";
import { identifier, qualified, type Sql } from "../sql/quote.ts";
import type { Slots } from "../sql/template.ts";
import { renderStamped } from "../sql/template.ts";

/**
 * When a statement runs. `before` and `after` are outside a transaction, and so must bear being run
 * twice; `install` is one transaction.
 */
export type Phase = "before" | "install" | "after";

/**
 * One thing in the database: how it is made, and how it goes again. All that plans, compares and
 * writes migrations speaks of these.
 */
export interface DbObject {
  /** Its kind and name: `function lastwill.session_drafts_tie(text[], jsonb[])`. */
  readonly id: string;
  readonly phase: Phase;
  /** The statements that make it, each run by itself outside a transaction. */
  readonly create: readonly Sql[];
  /** The statements that take it away; none where nothing is to be undone. */
  readonly drop: readonly Sql[];
  /** Whether `create` replaces a former definition in place; else that one is dropped first. */
  readonly replaces: boolean;
  /** Objects without which this one cannot stand: when one of them is made anew, so is this. */
  readonly needs: readonly string[];
  /** What was done once and cannot be read from the catalog any more is wanted as long as this one is. */
  readonly follows?: string;
  /** What making this does to a table in use, or to rows. */
  readonly hazards: readonly Hazard[];
  /** What is run besides `drop` when this goes, or comes to mean another `content`, and lastwill itself does not go. */
  readonly forgets?: readonly Sql[];
  /** What it means that this goes. */
  readonly partings?: readonly string[];
  /** The tables that its statements lock, if it is made or dropped in a transaction. */
  readonly locks?: readonly TableLock[];
  /**
   * What decides which rows belong into a table of ours, or what is done: as long as it is the same, rows
   * are kept, and what was done is not done again.
   */
  readonly content?: string;
  /** The foreign key of theirs that this takes away, and gives back when it goes. */
  readonly replaced?: ForeignKey;
  /** The table of people's that a declaration is about. */
  readonly about?: TableName;
}

/** Words for a migration's header. */
export interface Hazard {
  readonly text: string;
  /** The table that is read or written as a whole, so that its size matters. */
  readonly size?: TableName;
}

/** `share row exclusive` stops writes, `access exclusive` stops everything. */
export type LockMode = "share row exclusive" | "access exclusive";

/** What PostgreSQL locks a table in when a thing on it is made, or dropped. */
export interface TableLock {
  readonly table: Sql;
  readonly create: LockMode;
  readonly drop: LockMode;
}

/** As triggers and foreign keys do: writes stop while one is made, and everything while it is dropped. */
export function lockOf(table: TableName): TableLock {
  return { table: qualified(...table), create: "share row exclusive", drop: "access exclusive" };
}

/** A table of ours has to be free before those of people's are locked: the sweep may be at work in it. */
function ownLock(name: string): TableLock {
  return {
    table: qualified("lastwill", name),
    create: "access exclusive",
    drop: "access exclusive",
  };
}

/** A function or procedure from a template whose `create` says "or replace". */
export function routine(options: {
  readonly kind?: "function" | "procedure";
  readonly name: string;
  /** Argument types, as the signature has them. */
  readonly types?: string;
  readonly template: string;
  readonly comment: string;
  readonly slots?: Slots;
  readonly needs?: readonly string[];
}): DbObject {
  const kind = options.kind ?? "function";
  const signature = `${kind} ${qualified("lastwill", options.name)}(${options.types ?? ""})`;
  return {
    id: signature,
    phase: "install",
    create: [renderStamped(options.template, options.comment, options.slots)],
    drop: [`drop ${signature};` as Sql],
    replaces: true,
    needs: options.needs ?? [],
    hazards: [],
  };
}

/** A table, view or sequence of ours. */
export function relation(options: {
  readonly kind: "table" | "view" | "sequence";
  readonly name: string;
  readonly template: string;
  readonly comment: string;
  readonly slots?: Slots;
  readonly needs?: readonly string[];
  readonly content?: string;
}): DbObject {
  const id = `${options.kind} ${qualified("lastwill", options.name)}`;
  return {
    id,
    phase: "install",
    create: [renderStamped(options.template, options.comment, options.slots)],
    drop: [`drop ${id};` as Sql],
    replaces: false,
    needs: options.needs ?? [],
    hazards: [],
    ...(options.kind === "table" && { locks: [ownLock(options.name)] }),
    ...(options.content !== undefined && { content: options.content }),
  };
}

/**
 * A trigger function and its trigger on one of the user's tables: `<template>.sql` and
 * `<template>_trigger.sql`, if nothing else is said. The trigger has the function's name, after `lastwill_`.
 */
export function eventObjects(event: {
  readonly name: string;
  /** The trigger's name, where it is another. */
  readonly triggerName?: string;
  readonly table: readonly [string, string];
  readonly template: string;
  /** The function's own file, where it is another. */
  readonly file?: string | undefined;
  /** The trigger's own file, where it is another. */
  readonly trigger?: string | undefined;
  readonly comment: string;
  readonly slots: Slots;
  readonly triggerSlots?: Slots;
}): DbObject[] {
  const fn = routine({
    name: event.name,
    template: event.file ?? `${event.template}.sql`,
    comment: event.comment,
    slots: { ...event.slots, function: event.name },
  });
  return [
    fn,
    trigger({
      name: event.triggerName ?? objectName("lastwill", event.name),
      table: event.table,
      template: event.trigger ?? `${event.template}_trigger.sql`,
      comment: event.comment,
      slots: { ...event.triggerSlots, function: event.name },
      needs: [fn.id],
    }),
  ];
}

/** A trigger on one of the user's tables. */
export function trigger(options: {
  readonly name: string;
  readonly table: readonly [string, string];
  readonly template: string;
  readonly comment: string;
  readonly slots: Slots;
  readonly needs: readonly string[];
}): DbObject {
  const id = `trigger ${identifier(options.name)} on ${qualified(...options.table)}`;
  const slots = { ...options.slots, trigger: options.name, table: options.table };
  return {
    id,
    phase: "install",
    create: [renderStamped(options.template, options.comment, slots)],
    drop: [`drop ${id};` as Sql],
    replaces: true,
    needs: options.needs,
    hazards: [],
    locks: [lockOf(options.table)],
  };
}
