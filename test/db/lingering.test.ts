import { expect, test } from "vitest";
import { readCatalog } from "../../src/catalog.ts";
import { lingeringRows } from "../../src/lingering.ts";
import { readManifest } from "../../src/manifest/read.ts";
import { foreignKeysOf } from "../../src/objects/foreign-key.ts";
import { resolve } from "../../src/resolve/resolve.ts";
import { withDatabase } from "../support/database.ts";
import { ofSession } from "../support/resolved.ts";

const SCHEMA = `
  create table session (sid text primary key, sess jsonb);
  create table carts (id bigint primary key, session_sid text);
  create table parts (a integer, b integer, session_sid text, primary key (a, b));
  create table bits (id bigint primary key, a integer, b integer not null);
  create table documents (id bigint primary key);
  create table seen (session_sid text, document_id bigint);
  insert into session values ('here');`;

/** The warnings about all foreign keys that a manifest asks for, as one text. */
async function lingering(manifest: string, rows: string): Promise<string> {
  return withDatabase(async (db) => {
    await db.query(`${SCHEMA} ${rows}`);
    const read = readManifest(manifest, "m.yaml");
    const client = await db.connect();
    const { graph, faults } = resolve(read.manifest, await readCatalog(client, read.manifest));
    expect(faults).toEqual([]);
    const edges = graph.owners.flatMap((owner) => owner.edges);
    const created = new Set(edges.flatMap(foreignKeysOf).map(({ id }) => id));
    const warnings = await lingeringRows(client, graph, created);
    // The statements that the warnings give do what they say.
    const fixes = warnings.flatMap((warning) => /(?:by hand: )(.*;)$/.exec(warning)?.[1] ?? []);
    for (const fix of fixes) await client.query(fix);
    if (fixes.length > 0) expect(await lingeringRows(client, graph, created)).toEqual([]);
    return warnings.join("\n");
  });
}

test("rows that nothing is to keep are deleted", async () => {
  expect(
    await lingering(
      ofSession("- { table: carts, by: session_sid }"),
      "insert into carts values (1, 'gone'), (2, 'here'), (3, null), (4, 'gone')",
    ),
  ).toMatchInlineSnapshot(`
    "carts: 2 rows (id: 1, 4) name a row of public.session that is not there, and migrate up will stop at them.
      Write orphans: delete (or set_null, to keep them) beside session.carts in the manifest, run gen-migrations, and migrate up again. Or let go of them by hand: delete from only public.carts as owned where owned.session_sid is not null and not exists (select from only public.session as parent where parent.sid = owned.session_sid);"
  `);
});

test("rows that may outlive their owner are untied", async () => {
  expect(
    await lingering(
      ofSession("- { table: carts, by: session_sid, keep_when: id > 1 }"),
      "insert into carts values (1, 'gone')",
    ),
  ).toMatchInlineSnapshot(`
    "carts: 1 row (id: 1) names a row of public.session that is not there, and migrate up will stop at it.
      Write orphans: delete (or set_null, to keep them) beside session.carts in the manifest, run gen-migrations, and migrate up again. Or let go of them by hand: update only public.carts as owned set session_sid = null where owned.session_sid is not null and not exists (select from only public.session as parent where parent.sid = owned.session_sid);"
  `);
});

test("a key of several columns names somebody by all of them", async () => {
  expect(
    await lingering(
      ofSession(
        "- { table: parts, by: session_sid, owns: [{ table: bits, by: [a, b], on_delete: set_null }] }",
      ),
      "insert into parts values (1, 1); insert into bits values (1, 1, 1), (2, 1, 2), (3, null, 2)",
    ),
  ).toMatchInlineSnapshot(`
    "bits: 1 row (id: 2) names a row of public.parts that is not there, and migrate up will stop at it.
      Write orphans: set_null beside session.bits in the manifest, run gen-migrations, and migrate up again. Or let go of them by hand: update only public.bits as owned set a = null where owned.a is not null and owned.b is not null and not exists (select from only public.parts as parent where parent.a = owned.a and parent.b = owned.b);"
  `);
});

test("a table between two may have lost either", async () => {
  expect(
    await lingering(
      ofSession(
        "- { table: documents, through: { table: seen, owner: session_sid, owned: document_id } }",
      ),
      "insert into documents values (1); insert into seen values ('here', 1), ('gone', 1), ('here', 2)",
    ),
  ).toMatchInlineSnapshot(`
    "seen: 1 row (document_id: 1) names a row of public.session that is not there, and migrate up will stop at it.
      Write orphans: delete beside session.documents in the manifest, run gen-migrations, and migrate up again. Or let go of them by hand: delete from only public.seen as owned where owned.session_sid is not null and not exists (select from only public.session as parent where parent.sid = owned.session_sid);
    seen: 1 row (document_id: 2) names a row of public.documents that is not there, and migrate up will stop at it.
      Write orphans: delete beside session.documents in the manifest, run gen-migrations, and migrate up again. Or let go of them by hand: delete from only public.seen as owned where owned.document_id is not null and not exists (select from only public.documents as parent where parent.id = owned.document_id);"
  `);
});

test("rows of which the manifest says what becomes are only announced", async () => {
  const orphans = (what: string, more = "") =>
    lingering(
      ofSession(`- { table: carts, by: session_sid, orphans: ${what}${more} }`),
      "insert into carts select n, 'gone' from generate_series(1, 6) as n",
    );
  expect(await orphans("delete")).toMatchInlineSnapshot(
    `"carts: 6 rows (id: 1, 2, 3, 4, 5, …) name a row of public.session that is not there, and migrate up will delete them."`,
  );
  expect(await orphans("delete", ", keep_when: id > 1")).toMatchInlineSnapshot(
    `"carts: 6 rows (id: 1, 2, 3, 4, 5, …) name a row of public.session that is not there, and migrate up will let go of them, so that the sweep ends what nothing keeps."`,
  );
  expect(await orphans("set_null")).toMatchInlineSnapshot(
    `"carts: 6 rows (id: 1, 2, 3, 4, 5, …) name a row of public.session that is not there, and migrate up will untie them: what stays then has nobody, and nobody ends it."`,
  );
});

test("of a managed owner nobody is there yet", async () => {
  expect(
    await lingering(
      "owners: { visit: { managed: true, owns: [{ table: carts, by: session_sid }] } }",
      "insert into carts values (1, 'a'), (2, null)",
    ),
  ).toMatchInlineSnapshot(`
    "carts: 1 row (id: 1) names a row of lastwill.visit that is not there, and migrate up will stop at it.
      lastwill.visit is empty until lastwill.touch_visit() is called for each session that is there. Let go of the other rows then, and run migrate up again: delete from only public.carts as owned where owned.session_sid is not null and not exists (select from only lastwill.visit as parent where parent.key = owned.session_sid);"
  `);
});
