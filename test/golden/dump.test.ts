import { afterAll, beforeAll, describe, expect } from "vitest";
import type { Catalog } from "../../src/catalog.ts";
import { readDumpedCatalog } from "../../src/dump/dumped-catalog.ts";
import type { Manifest } from "../../src/manifest/manifest.ts";
import { type TestDatabase, withDatabase } from "../support/database.ts";
import { type EmbeddedServer, openEmbedded } from "../support/embedded.ts";
import { plainDump, testPgDump } from "../support/psql.ts";
import {
  advance,
  type Generated,
  generateBy,
  generateFrom,
  goldenCases,
  inFolder,
  nothing,
} from "./golden.ts";

let server: EmbeddedServer;
beforeAll(async () => {
  server = await openEmbedded();
});
afterAll(() => server.close());

const cases = [...goldenCases("install"), ...goldenCases("change")];

describe.each(cases)("$name", ({ schema, manifests }) => {
  testPgDump("a dump gives the files and the lock that the database gives, to the byte", () =>
    withDatabase(async (db) => {
      await db.query(schema);
      await inFolder(async (folder) => {
        let generated: Generated = nothing;
        for (const [index, manifest] of manifests.entries()) {
          await expectSame(db, manifest, generated);
          // The next is dumped with lastwill in it.
          if (index < manifests.length - 1) {
            generated = await advance({ db, folder }, manifest, generated);
          }
        }
      });
    }),
  );
});

async function expectSame(db: TestDatabase, manifest: string, before: Generated): Promise<void> {
  const live = await generateFrom(db, manifest, before);
  const dump = await plainDump(db.url, "-s");
  const dumped = await generateBy((read) => catalogOf(dump, read), manifest, before);
  expect(dumped.files).toEqual(live.files);
  expect(dumped.lock).toBe(live.lock);
}

async function catalogOf(dump: string, manifest: Manifest): Promise<Catalog> {
  const client = await server.empty();
  const { catalog, warnings } = await readDumpedCatalog(client, dump, "schema.sql", manifest);
  expect(warnings).toEqual([]);
  return catalog;
}
