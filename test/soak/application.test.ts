import { expect, test } from "vitest";
import { checkLaws, column, expire, value, withInstalled } from "../support/installed.ts";
import { newSeed } from "../support/randomness.ts";
import {
  BUSY_MANIFEST,
  BUSY_SCHEMA,
  crowding,
  crowdOf,
  drain,
  pruning,
  runClients,
  sweeping,
  sweptFigures,
  type Tally,
} from "./shop.ts";
import { amount, report, SOAK } from "./soak.ts";

const CLIENTS = 8;
const TRANSACTIONS = amount(100_000, 3_000);

const seed = newSeed();
test(
  `${CLIENTS} clients, ${TRANSACTIONS} transactions and the store's own clean-up see no error beside three sweeps, and the laws hold (LASTWILL_SEED=${seed})`,
  () =>
    withInstalled({ schema: BUSY_SCHEMA, manifest: BUSY_MANIFEST }, async (db) => {
      const prune: Tally = { transactions: 0, errors: {}, longest: 0 };
      const beside = [
        sweeping(db, 1),
        sweeping(db, 1),
        sweeping(db, 2),
        pruning(db, prune),
        crowding(db, crowdOf),
      ];
      const clients = await runClients(db, CLIENTS, TRANSACTIONS, seed);
      for (const each of beside) await each.stop();

      const runs = await db.query(`
      select worker, count(*)::integer as runs, sum(owners_ended)::integer as owners,
             sum(released_ended)::integer as released, count(last_error)::integer as failed
      from lastwill.sweep_run group by worker order by worker`);
      const failures = await db.query(
        "select last_error, count(*)::integer from lastwill.sweep_run where last_error is not null group by 1",
      );
      report("beside an application", { clients, prune, runs, failures });
      expect({ clients: clients.errors, prune: prune.errors }).toEqual({ clients: {}, prune: {} });

      await drain(db);
      expect(await checkLaws(db)).toEqual([]);
      expect(await column(db, "select key || ': ' || message from lastwill.quarantine")).toEqual(
        [],
      );
      const { said, done } = await sweptFigures(db);
      expect(said).toEqual(done);
      expect(said).toMatchObject({ owners: expect.any(Number), released: expect.any(Number) });
      // In the short form the store's own clean-up may be there before the second worker.
      const workers = await column(
        db,
        "select distinct worker from lastwill.sweep_run where owners_ended > 0 order by 1",
      );
      expect(workers).toEqual(SOAK ? [1, 2] : expect.arrayContaining([1]));

      // And when every session ends, nothing that one has ever named is left.
      await expire(db);
      await drain(db);
      expect(await checkLaws(db)).toEqual([]);
      expect(
        await value(
          db,
          "select (select count(*) from lastwill.session_drafts) + (select count(*) from lastwill.session_uploads)",
        ),
      ).toBe("0");
    }),
  SOAK ? 3_600_000 : 120_000,
);
