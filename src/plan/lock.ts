import { createHash } from "node:crypto";
import { z } from "zod";
import { InputError } from "../faults.ts";
import type { DbObject } from "../objects/object.ts";
import type { Sql } from "../sql/quote.ts";

const FORMAT = 1;

const statements = z.array(z.array(z.string()));
const mode = z.enum(["share row exclusive", "access exclusive"]);
const action = z.enum(["a", "r", "c", "n", "d"]);
const table = z.tuple([z.string(), z.string()]);
const foreignKey = z.strictObject({
  name: z.string(),
  table,
  columns: z.array(z.string()),
  referenced: table,
  referencedColumns: z.array(z.string()),
  onDelete: action,
  onUpdate: action,
  validated: z.boolean(),
  definition: z.string(),
});
const lockFile = z.strictObject({
  about: z.string(),
  format: z.literal(FORMAT),
  checksum: z.string(),
  migrations: z.string(),
  objects: z.array(
    z.strictObject({
      id: z.string(),
      phase: z.enum(["before", "install", "after"]),
      create: statements,
      drop: statements,
      replaces: z.boolean(),
      needs: z.array(z.string()),
      hazards: z.array(z.strictObject({ text: z.string(), size: table.optional() })),
      forgets: statements.optional(),
      partings: z.array(z.string()).optional(),
      follows: z.string().optional(),
      content: z.string().optional(),
      replaced: foreignKey.optional(),
      about: table.optional(),
      locks: z.array(z.strictObject({ table: z.string(), create: mode, drop: mode })).optional(),
    }),
  ),
});

/** What the last generation left behind. */
export interface Lock {
  readonly objects: readonly DbObject[];
  /** The form its migrations were written in, as `--format` calls it. */
  readonly format: string;
}

/**
 * The lock: what the last generation wanted, statement by statement and line by line, so that the
 * next one writes only the difference, and `down` restores what was, whatever the templates say then.
 */
export function writeLock({ objects, format }: Lock): string {
  const stored = objects.map(storedOf);
  const lock = {
    about:
      "Written by gen-migrations: what its last run wanted in the database. Commit it; do not edit it.",
    format: FORMAT,
    checksum: checksum(stored, format),
    migrations: format,
    objects: stored,
  };
  return `${JSON.stringify(lock, null, 2)}\n`;
}

/** Each key in its place, whatever the order in which an object has them. */
function storedOf(object: DbObject) {
  const lines = (statements: readonly Sql[]) => statements.map((text) => text.split("\n"));
  return {
    id: object.id,
    phase: object.phase,
    create: lines(object.create),
    drop: lines(object.drop),
    replaces: object.replaces,
    needs: object.needs,
    hazards: object.hazards,
    forgets: object.forgets && lines(object.forgets),
    partings: object.partings,
    follows: object.follows,
    content: object.content,
    replaced: object.replaced,
    about: object.about,
    locks: object.locks,
  };
}

/** Reads a lock; throws InputError when it is not as it was written. */
export function readLock(text: string, file: string): Lock {
  const written = parseJson(text) as z.infer<typeof lockFile>;
  const parsed = lockFile.safeParse(written);
  if (!parsed.success || parsed.data.checksum !== checksum(written.objects, written.migrations)) {
    throw new InputError({ file, locate: () => undefined }, [
      {
        path: [],
        on: "value",
        what: /^(<<<<<<<|>>>>>>>) /m.test(text)
          ? "the lock holds a merge conflict"
          : "the lock is not as gen-migrations wrote it",
        fix: "Restore it from version control (the side whose migrations have run), and generate again.",
      },
    ]);
  }
  const objects = parsed.data.objects.map((object) => ({
    ...object,
    create: object.create.map((lines) => lines.join("\n") as Sql),
    drop: object.drop.map((lines) => lines.join("\n") as Sql),
    ...(object.forgets && { forgets: object.forgets.map((lines) => lines.join("\n") as Sql) }),
  })) as unknown as DbObject[];
  return { objects, format: parsed.data.migrations };
}

/** `ownership.yaml` → `ownership.lock.json`, beside it. */
export function lockPath(manifestPath: string): string {
  return `${manifestPath.replace(/\.[^./\\]+$/, "")}.lock.json`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function checksum(objects: unknown, format: string): string {
  return createHash("sha256")
    .update(JSON.stringify([format, objects]))
    .digest("hex")
    .slice(0, 16);
}
