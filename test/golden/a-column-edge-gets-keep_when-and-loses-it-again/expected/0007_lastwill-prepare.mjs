// Written by pg-lastwill (gen-migrations) from the ownership manifest. Do not edit: change the
// manifest and generate again.
//
// Runs outside a transaction, for what can be made without stopping writes only there.
//
// Hazards of going down:
// - reads all of public.carts to check its session_sid; writes go on meanwhile; fails if a row
//   names one of public.session that is not there

/** @param {import("node-pg-migrate").MigrationBuilder} pgm */
export const up = (pgm) => {
  pgm.noTransaction();
  // Nothing to do this way.
};

/** @param {import("node-pg-migrate").MigrationBuilder} pgm */
export const down = (pgm) => {
  pgm.noTransaction();

  pgm.sql(`
alter table public.carts
  validate constraint lastwill_session_carts_fkey;
`);
};
