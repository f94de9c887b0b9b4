// Written by pg-lastwill (gen-migrations) from the ownership manifest. Do not edit: change the
// manifest and generate again.
//
// Runs outside a transaction, a step at a time; if it is cut off, run it again.
//
// Takes from your tables:
// - index public.lastwill_visit_carts_idx
//
// Hazards:
// - reads all of public.visits and locks its rows against writes, for less than half a second at
//   a time
//
// Hazards of going down:
// - reads all of public.carts to build an index; writes go on meanwhile

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
drop index concurrently if exists public.lastwill_visit_carts_idx;
`);

  pgm.sql(`
-- Ties what is named already: data → draft.
call lastwill.visit_backfill();
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

  pgm.sql(`
-- Nothing here makes others wait for it, so it may itself wait for old transactions to end.
set lock_timeout = 0;
`);

  pgm.sql(`
-- A large table takes its time.
set statement_timeout = 0;
`);

  pgm.sql(`
drop index concurrently if exists public.lastwill_visit_carts_idx;
`);

  pgm.sql(`
-- Without it every row that ends would have all of its table searched for what it owns.
create index concurrently lastwill_visit_carts_idx on public.carts (visit_id);
`);

  pgm.sql(`
comment on index public.lastwill_visit_carts_idx is
  'Finds the carts of one visit_id when that ends. [lastwill 409f67ad9da9]';
`);

  pgm.sql(`
reset statement_timeout;
`);

  pgm.sql(`
reset lock_timeout;
`);
};
