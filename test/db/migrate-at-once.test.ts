import { expect, test } from "vitest";
import { migrate } from "../../src/migrate.ts";
import { generateFrom, inFolder, write } from "../golden/golden.ts";
import { withDatabase } from "../support/database.ts";
import { column, SHOP_MANIFEST, SHOP_SCHEMA } from "../support/installed.ts";

test("who migrates at the same moment waits, and neither is in the other's way", () =>
  withDatabase((db) =>
    inFolder(async (folder) => {
      await db.query(SHOP_SCHEMA);
      await db.query("insert into carts (note) select 'n' from generate_series(1, 100000)");
      write(folder, (await generateFrom(db, SHOP_MANIFEST)).files);
      const runs = [1, 2, 3].map(async () => {
        const client = await db.connect();
        const count = Number.POSITIVE_INFINITY;
        return migrate({ client, folder, direction: "up", count });
      });
      const ran = await Promise.all(runs);
      expect(ran.map((names) => names.length).sort()).toEqual([0, 0, 3]);
      // Of this database: others migrate on the same server.
      const locks = `
        select count(*)::integer
        from pg_locks
        where locktype = 'advisory'
          and database = (select oid from pg_database where datname = current_database())`;
      expect(await column(db, locks)).toEqual([0]);
      const invalid = "select indexrelid::regclass::text from pg_index where not indisvalid";
      expect(await column(db, invalid)).toEqual([]);
    }),
  ));
