import fc from "fast-check";
import { expect, test } from "vitest";
import { InputError } from "../../src/faults.ts";
import {
  advance,
  type Generated,
  generateFrom,
  inFolder,
  nothing,
  run,
  schemaBesideRunner,
  schemaOf,
} from "../golden/golden.ts";
import { type TestDatabase, withDatabase } from "../support/database.ts";
import { newSeed } from "../support/randomness.ts";

/** How many sequences of manifests are tried; each takes some ten seconds. */
const RUNS = Number(process.env["LASTWILL_RUNS"] ?? 2);
const SEED = newSeed();
const CHANGES = 10;

const SCHEMA = `
  create table sessions (
    sid text primary key,
    data jsonb not null default '{}',
    draft_id bigint,
    expires_at timestamptz not null
  );
  create table tokens (id bigint primary key, created_at timestamptz not null);
  create table carts (
    id bigint primary key,
    session_sid text references sessions on delete set null,
    user_id bigint,
    deleted_at timestamptz
  );
  create table cart_items (id bigint primary key, cart_id bigint not null references carts);
  create table drafts (id bigint primary key, token_id bigint, user_id bigint, deleted_at timestamptz);
  create index drafts_token on drafts (token_id);
  create table uploads (id uuid primary key, path text);
  create table documents (id bigint primary key);
  create table session_documents (
    session_sid text not null,
    document_id bigint not null references documents on delete cascade on update cascade,
    primary key (session_sid, document_id)
  );
  create table notes (id bigint primary key, owner_id text, owner_type text)`;

/** One slot for each edge; what is null is left out. */
interface Choice {
  readonly session: string;
  readonly keepsName: boolean;
  readonly carts: object | null;
  readonly items: boolean;
  readonly drafts: object | null;
  readonly uploads: object | null;
  readonly documents: object | null;
  readonly notes: object | null;
  readonly tokens: object | null;
  readonly sweep: object;
  readonly grants: object;
}

const sometimes = (value: object): fc.Arbitrary<object> => fc.constantFrom({}, {}, value);

/** Keys put together from some of them. */
function mixed(
  base: object,
  ...more: readonly fc.Arbitrary<object>[]
): fc.Arbitrary<object | null> {
  const edge = fc.tuple(...more).map((parts) => Object.assign({}, base, ...parts) as object);
  return fc.option(edge, { freq: 3 });
}

const policy = (kind: string): fc.Arbitrary<object> =>
  fc.constantFrom<object>(
    {},
    {},
    { on_delete: { soft_delete: "deleted_at" } },
    { on_delete: { archive: `archive.${kind}` } },
    // Of its own: what two tables have used in turn has columns of both, which no way back makes again.
    { on_delete: { archive: `archive.${kind}_rows` } },
  );

const choice: fc.Arbitrary<Choice> = fc.record({
  session: fc.constantFrom("session", "visitor", "Gäste bei uns"),
  keepsName: fc.boolean(),
  carts: mixed(
    { table: "carts", by: "session_sid" },
    fc.constantFrom({}, { name: "basket" }),
    policy("carts"),
    sometimes({ grace: "5 minutes" }),
    sometimes({ keep_when: "user_id is not null" }),
    sometimes({ claim: "user_id" }),
    sometimes({ emit: ["user_id"] }),
  ),
  items: fc.boolean(),
  drafts: mixed(
    { table: "drafts" },
    fc.constantFrom<object>(
      { from: "draftId" },
      { from: "draft.id" },
      { from: { column: "draft_id" } },
    ),
    fc.constantFrom({}, { name: "paper" }),
    policy("drafts"),
    fc.constantFrom<object>({}, { grace: 0 }, { grace: "1 hour" }),
    sometimes({ guard: "owned.user_id is null" }),
    sometimes({ on_replace: "keep" }),
  ),
  uploads: mixed(
    { table: "uploads" },
    fc.constantFrom({ from: "uploads[].id" }, { from: "files[]" }),
    sometimes({ emit: ["path"] }),
  ),
  documents: mixed({
    table: "documents",
    through: { table: "session_documents", owner: "session_sid", owned: "document_id" },
  }),
  notes: mixed({
    table: "notes",
    by: { column: "owner_id", type_column: "owner_type", type: "Session" },
  }),
  tokens: mixed({ table: "drafts", by: "token_id" }, fc.constantFrom({}, { name: "of_token" })),
  sweep: fc.constantFrom({}, { budget: "5 seconds" }, { workers: 3, hold_over: 0.9 }),
  grants: fc.constantFrom(
    {},
    { inspect: ["pg_monitor"] },
    { sweep: ["pg_monitor"], tie: ["pg_monitor"] },
  ),
});

/** A choice as a manifest, in which what has another name than in the one before says so, or does not. */
function manifestOf(now: Choice, before: Choice | undefined): string {
  const was = (kind: "carts" | "drafts" | "tokens", name: string) => {
    const [is, then] = [nameOf(now[kind], name), nameOf(before?.[kind], name)];
    return now.keepsName || !then || is === then ? {} : { was: then };
  };
  const { carts, drafts, tokens, uploads, documents, notes } = now;
  const items = now.items ? { owns: [{ table: "cart_items", by: "cart_id" }] } : {};
  const edges = [
    carts && { ...carts, ...items, ...was("carts", "carts") },
    drafts && { ...drafts, ...was("drafts", "drafts") },
    uploads,
    documents,
    notes,
  ].filter((edge) => edge !== null);
  const session = {
    table: "sessions",
    expires: "expires_at",
    data: { column: "data" },
    sweep: now.sweep,
    owns: edges,
    ...(before && !now.keepsName && before.session !== now.session ? { was: before.session } : {}),
  };
  const token = {
    table: "tokens",
    expires: { column: "created_at", after: "1 day" },
    owns: tokens ? [{ ...tokens, ...was("tokens", "drafts") }] : [],
  };
  return JSON.stringify({
    cron: "none",
    grants: now.grants,
    owners: { [now.session]: session, ...(tokens ? { token } : {}) },
  });
}

function nameOf(edge: object | null | undefined, table: string): string | undefined {
  if (!edge) return undefined;
  return (edge as { name?: string }).name ?? table;
}

test(`ten random changes make what the last manifest alone makes, and every way back is exact (LASTWILL_SEED=${SEED})`, async () => {
  const changes = fc.array(choice, { minLength: CHANGES, maxLength: CHANGES });
  await fc.assert(fc.asyncProperty(changes, followAll), {
    numRuns: RUNS,
    seed: SEED,
    // A sequence takes too long to be shrunk; the manifests on the way are in the message.
    endOnFailure: true,
  });
}, 300_000);

async function followAll(choices: readonly Choice[]): Promise<void> {
  const written: string[] = [];
  await inSchema((db) =>
    inFolder(async (folder) => {
      const start = await schemaOf(db);
      let generated: Generated = nothing;
      let before: Choice | undefined;
      const dumps: { readonly count: number; readonly dump: string }[] = [];
      for (const now of choices) {
        const manifest = manifestOf(now, before);
        const next = await follow(db, folder, manifest, generated);
        if (!next) continue;
        dumps.push({
          count: next.files.length - generated.files.length,
          dump: await schemaBesideRunner(db),
        });
        written.push(manifest);
        [before, generated] = [now, next];
        expect((await generateFrom(db, manifest, generated)).files, manifest).toEqual([]);
      }
      expect(dumps.at(-1)?.dump, written.join("\n")).toBe(await freshDump(written.at(-1)));
      for (const [index, { count }] of [...dumps.entries()].reverse()) {
        expect(await run(db, folder, "down", count)).toBe(count);
        const there = index === 0 ? await schemaOf(db) : await schemaBesideRunner(db);
        expect(there, written.slice(0, index + 1).join("\n")).toBe(dumps[index - 1]?.dump ?? start);
      }
    }),
  );
}

/** Undefined where the two do not go together, which a generation says before it writes anything. */
async function follow(
  db: TestDatabase,
  folder: string,
  manifest: string,
  before: Generated,
): Promise<Generated | undefined> {
  try {
    return await advance({ db, folder }, manifest, before);
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw new Error(`${manifest}\n${error}`, { cause: error });
  }
}

function freshDump(manifest: string | undefined): Promise<string> {
  return inSchema(async (db) => {
    if (manifest !== undefined)
      await inFolder((folder) => advance({ db, folder }, manifest, nothing));
    return schemaBesideRunner(db);
  });
}

function inSchema<T>(work: (db: TestDatabase) => Promise<T>): Promise<T> {
  return withDatabase(async (db) => {
    await db.query(SCHEMA);
    return work(db);
  });
}
