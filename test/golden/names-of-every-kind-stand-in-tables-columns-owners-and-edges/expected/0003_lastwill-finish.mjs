// Written by pg-lastwill (gen-migrations) from the ownership manifest. Do not edit: change the
// manifest and generate again.
//
// Runs outside a transaction, a step at a time; if it is cut off, run it again.
//
// Hazards:
// - reads all of "select"."-- Down Migration" and locks its rows, 500 at a time, against writes
// - reads all of public."Table" to check its "by ""whom"""; writes go on meanwhile; fails if a
//   row names one of "select"."-- Down Migration" that is not there
// - reads all of public."Überlange_Bezeichnung_die_mit_Umlauten_dreiundsechzig_Byte_hat" to check
//   its "order"; writes go on meanwhile; fails if a row names one of public."Table" that is not
//   there

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
-- Ties what is named already: ?lastwill$ → "it's \\\\ \\"?lastwill$\\"\\n-- Down Migration"."a.b"[].null.
call lastwill.user_backfill();
`);

  pgm.sql(`
alter table public."Table"
  validate constraint U&"lastwill_user_""Cart"" \\\\ \`\${x}\` \\0024lastwill$;\\000a-- Up Migration\\000a_fkey";
`);

  pgm.sql(`
alter table public."Überlange_Bezeichnung_die_mit_Umlauten_dreiundsechzig_Byte_hat"
  validate constraint "lastwill_user_Überlange_Bezeichnung_die_mit_Umlauten__b512e389";
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
