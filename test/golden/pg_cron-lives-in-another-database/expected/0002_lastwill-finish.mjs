// Written by pg-lastwill (gen-migrations) from the ownership manifest. Do not edit: change the
// manifest and generate again.
//
// Runs outside a transaction, a step at a time; if it is cut off, run it again.
//
// Hazards:
// - deletes data once pg_cron in database jobs has the job, which is scheduled there by hand: it
//   ends what has expired, and what it owns

/** @param {import("node-pg-migrate").MigrationBuilder} pgm */
export const up = (pgm) => {
  pgm.noTransaction();

  pgm.sql(`
-- Nothing here makes others wait for it, so it may itself wait for old transactions to end.
set lock_timeout = 0;
`);

  pgm.sql(`
-- A large table takes its time.
set statement_timeout = 0;
`);

  pgm.sql(`
-- The manifest says that pg_cron lives in another database, where a migration of this one
-- cannot go.
do $lastwill$
begin
  raise warning 'lastwill: the sweep has to be scheduled in database %, where pg_cron lives',
    'jobs'
    using hint = pg_catalog.format(
      'Run there: select cron.schedule_in_database(%L, %L, %L, %L);',
      -- Before 1.6.3 pg_cron keeps one job of a name, for whatever database that was.
      'lastwill-sweep' || '-' || pg_catalog.current_database(),
      '* * * * *',
      'call lastwill.sweep()',
      pg_catalog.current_database()
    );
end;
$lastwill$;
`);

  pgm.sql(`
reset statement_timeout;
`);

  pgm.sql(`
reset lock_timeout;
`);
};

/** @param {import("node-pg-migrate").MigrationBuilder} pgm */
export const down = (pgm) => {
  pgm.noTransaction();
  // Nothing to do this way.
};
