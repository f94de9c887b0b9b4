// Written by pg-lastwill (gen-migrations) from the ownership manifest. Do not edit: change the
// manifest and generate again.
//
// Runs outside a transaction, a step at a time; if it is cut off, run it again.
//
// Hazards:
// - reads all of public.carts to check its session_key; writes go on meanwhile; fails if a row
//   names one of lastwill.session that is not there
// - reads all of public.session_documents to check its session_key; writes go on meanwhile; fails
//   if a row names one of lastwill.session that is not there
// - reads all of public.session_documents to check its document_id; writes go on meanwhile; fails
//   if a row names one of public.documents that is not there

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
  validate constraint lastwill_session_carts_fkey;
`);

  pgm.sql(`
alter table public.session_documents
  validate constraint lastwill_session_documents_owner_fkey;
`);

  pgm.sql(`
alter table public.session_documents
  validate constraint lastwill_session_documents_owned_fkey;
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
