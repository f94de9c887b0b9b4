// Written by pg-lastwill (gen-migrations) from the ownership manifest. Do not edit: change the
// manifest and generate again.
//
// Runs outside a transaction, a step at a time; if it is cut off, run it again.
//
// Hazards:
// - reads all of public.carts to check its session_sid; writes go on meanwhile; fails if a row
//   names one of public.session that is not there

/** @param {import("node-pg-migrate").MigrationBuilder} pgm */
export const up = (pgm) => {
  pgm.noTransaction();

  pgm.sql(`
alter table public.carts
  validate constraint lastwill_session_carts_fkey;
`);
};

/** @param {import("node-pg-migrate").MigrationBuilder} pgm */
export const down = (pgm) => {
  pgm.noTransaction();
  // Nothing to do this way.
};
