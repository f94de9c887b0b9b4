import { expect, test } from "vitest";
import { readCatalog } from "../../src/catalog.ts";
import { isDataEdge } from "../../src/graph.ts";
import { readManifest } from "../../src/manifest/read.ts";
import { linkTables } from "../../src/objects/edge-names.ts";
import { resolve } from "../../src/resolve/resolve.ts";
import { unseenPaths } from "../../src/unseen-paths.ts";
import { withDatabase } from "../support/database.ts";

/** What is said of these edges by path when sessions hold this data. */
async function unseen(paths: readonly string[], data: string, sessions = 20): Promise<string[]> {
  return withDatabase(async (db) => {
    await db.query(`
      create table session (sid text primary key, sess jsonb, expires_at timestamptz);
      create table drafts (id bigint primary key);
      insert into session select n, ${data}, now() from generate_series(1, ${sessions}) as n`);
    const edges = paths.map((from, n) => ({ table: "drafts", name: `d${n}`, from }));
    const owner = {
      table: "session",
      expires: "expires_at",
      data: { column: "sess" },
      owns: edges,
    };
    const { manifest } = readManifest(JSON.stringify({ owners: { session: owner } }), "m.yaml");
    const client = await db.connect();
    const { graph, faults } = resolve(manifest, await readCatalog(client, manifest));
    expect(faults).toEqual([]);
    const all = graph.owners.flatMap((each) => each.edges.filter(isDataEdge));
    expect(await unseenPaths(client, graph, new Set())).toEqual([]);
    return unseenPaths(client, graph, new Set(linkTables(all)));
  });
}

const DATA = `jsonb_build_object('draftId', n, 'a b', jsonb_build_array(jsonb_build_object('id', n)))`;

test("a path that no sampled row has is told, with the one that was meant", async () => {
  expect(await unseen(["draft_id", "nothing.like.it"], DATA)).toEqual([
    'session.d0: none of 20 sampled rows of session has draft_id in sess.\n  Did you mean "draftId"?',
    "session.d1: none of 20 sampled rows of session has nothing.like.it in sess.\n" +
      "  Is it written as in the data? What no owner names, nothing ends, and lastwill orphans takes for lingering.",
  ]);
});

test("one that some row has is not, however it is quoted, and of a few rows nothing is said", async () => {
  expect(await unseen(["draftId", '"a b"[].id'], DATA)).toEqual([]);
  expect(await unseen(["draft_id"], DATA, 9)).toEqual([]);
});
