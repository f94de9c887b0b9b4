// Written by pg-lastwill (gen-migrations) from the ownership manifest. Do not edit: change the
// manifest and generate again.
//
// Runs outside a transaction, a step at a time; if it is cut off, run it again.
//
// Hazards:
// - reads all of public.carts and locks its rows, 500 at a time, against writes
// - reads all of public.carts to check its session_sid; writes go on meanwhile; fails if a row
//   names one of public.session that is not there
// - reads all of public.items to check its cart_id; writes go on meanwhile; fails if a row names
//   one of public.carts that is not there
// - reads all of public.cart_labels to check its cart_id; writes go on meanwhile; fails if a row
//   names one of public.carts that is not there
// - reads all of public.cart_labels to check its label_id; writes go on meanwhile; fails if a row
//   names one of public.labels that is not there

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
-- Ties what is named already: photo_id.
call lastwill.session_carts_backfill();
`);

  pgm.sql(`
alter table public.carts
  validate constraint lastwill_session_carts_fkey;
`);

  pgm.sql(`
alter table public.items
  validate constraint lastwill_session_items_fkey;
`);

  pgm.sql(`
alter table public.cart_labels
  validate constraint lastwill_session_labels_owner_fkey;
`);

  pgm.sql(`
alter table public.cart_labels
  validate constraint lastwill_session_labels_owned_fkey;
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
