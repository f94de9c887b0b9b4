// Written by pg-lastwill (gen-migrations) from the ownership manifest. Do not edit: change the
// manifest and generate again.
//
// Runs outside a transaction, for what can be made without stopping writes only there.
//
// Makes on your tables:
// - index public.lastwill_session_attachments_idx
//
// Hazards:
// - reads all of public.attachments to build an index; writes go on meanwhile

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
drop index concurrently if exists public.lastwill_session_attachments_idx;
`);

  pgm.sql(`
-- Without it every owner that ends would have all of this table searched for what it owns.
create index concurrently lastwill_session_attachments_idx on public.attachments (owner_id, owner_type);
`);

  pgm.sql(`
comment on index public.lastwill_session_attachments_idx is
  'Finds the attachments of one owner_id and owner_type when that ends. [lastwill b867851e43fb]';
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
drop index concurrently if exists public.lastwill_session_attachments_idx;
`);

  pgm.sql(`
reset statement_timeout;
`);

  pgm.sql(`
reset lock_timeout;
`);
};
