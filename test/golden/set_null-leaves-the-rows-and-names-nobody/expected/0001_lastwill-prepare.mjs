// Written by pg-lastwill (gen-migrations) from the ownership manifest. Do not edit: change the
// manifest and generate again.
//
// Runs outside a transaction, for what can be made without stopping writes only there.
//
// Makes on your tables:
// - index public.lastwill_session_orders_idx
// - index public.lastwill_session_events_idx
// - index public.lastwill_session_traces_idx
//
// Hazards:
// - reads all of public.orders to build an index; writes go on meanwhile
// - reads all of public.events to build an index; writes go on meanwhile
// - reads all of public.traces to build an index; writes go on meanwhile

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
drop index concurrently if exists public.lastwill_session_orders_idx;
`);

  pgm.sql(`
-- Without it every row that ends would have all of its table searched for what it owns.
create index concurrently lastwill_session_orders_idx on public.orders (session_sid);
`);

  pgm.sql(`
comment on index public.lastwill_session_orders_idx is
  'Finds the orders of one session_sid when that ends. [lastwill 9f9cab1468ac]';
`);

  pgm.sql(`
drop index concurrently if exists public.lastwill_session_events_idx;
`);

  pgm.sql(`
-- Without it every owner that ends would have all of this table searched for what it owns.
create index concurrently lastwill_session_events_idx on public.events (owner_id, owner_type);
`);

  pgm.sql(`
comment on index public.lastwill_session_events_idx is
  'Finds the events of one owner_id and owner_type when that ends. [lastwill bab720327e25]';
`);

  pgm.sql(`
drop index concurrently if exists public.lastwill_session_traces_idx;
`);

  pgm.sql(`
-- Without it every owner that ends would have all of this table searched for what it owns.
create index concurrently lastwill_session_traces_idx on public.traces (owner_id, owner_type);
`);

  pgm.sql(`
comment on index public.lastwill_session_traces_idx is
  'Finds the traces of one owner_id and owner_type when that ends. [lastwill 8677b182b615]';
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
drop index concurrently if exists public.lastwill_session_traces_idx;
`);

  pgm.sql(`
drop index concurrently if exists public.lastwill_session_events_idx;
`);

  pgm.sql(`
drop index concurrently if exists public.lastwill_session_orders_idx;
`);

  pgm.sql(`
reset statement_timeout;
`);

  pgm.sql(`
reset lock_timeout;
`);
};
