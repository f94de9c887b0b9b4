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
};

/** @param {import("node-pg-migrate").MigrationBuilder} pgm */
export const down = (pgm) => {
  pgm.noTransaction();
  // Nothing to do this way.
};
