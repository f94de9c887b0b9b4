// Written by pg-lastwill (gen-migrations) from the ownership manifest. Do not edit: change the
// manifest and generate again.
//
// Runs outside a transaction, a step at a time; if it is cut off, run it again.
//
// Hazards:
// - reads all of public.carts to check its login_id; writes go on meanwhile; fails if a row names
//   one of public.logins that is not there
// - reads all of public.items to check its cart_id; writes go on meanwhile; fails if a row names
//   one of public.carts that is not there

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
alter table public.carts
  validate constraint lastwill_login_carts_fkey;
`);

  pgm.sql(`
alter table public.items
  validate constraint lastwill_login_items_fkey;
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
