// Written by pg-lastwill (gen-migrations) from the ownership manifest. Do not edit: change the
// manifest and generate again.
//
// Runs outside a transaction, for what can be made without stopping writes only there.
//
// Makes on your tables:
// - index public.lastwill_session_carts_idx
// - index public.lastwill_session_seats_idx
// - index public.lastwill_session_tickets_idx
//
// Hazards:
// - reads all of public.carts to build an index; writes go on meanwhile
// - reads all of public.seats to build an index; writes go on meanwhile
// - reads all of public.tickets to build an index; writes go on meanwhile

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
drop index concurrently if exists public.lastwill_session_carts_idx;
`);

  pgm.sql(`
-- Without it every row that ends would have all of its table searched for what it owns.
create index concurrently lastwill_session_carts_idx on public.carts (session_sid);
`);

  pgm.sql(`
comment on index public.lastwill_session_carts_idx is
  'Finds the carts of one session_sid when that ends. [lastwill 4d3e9756fad7]';
`);

  pgm.sql(`
drop index concurrently if exists public.lastwill_session_seats_idx;
`);

  pgm.sql(`
-- Without it every row that ends would have all of its table searched for what it owns.
create index concurrently lastwill_session_seats_idx on public.seats (session_sid);
`);

  pgm.sql(`
comment on index public.lastwill_session_seats_idx is
  'Finds the seats of one session_sid when that ends. [lastwill 50c73962507d]';
`);

  pgm.sql(`
drop index concurrently if exists public.lastwill_session_tickets_idx;
`);

  pgm.sql(`
-- Without it every row that ends would have all of its table searched for what it owns.
create index concurrently lastwill_session_tickets_idx on public.tickets (hall, seat_number);
`);

  pgm.sql(`
comment on index public.lastwill_session_tickets_idx is
  'Finds the tickets of one hall, seat_number when that ends. [lastwill 94dc03ec509e]';
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
drop index concurrently if exists public.lastwill_session_tickets_idx;
`);

  pgm.sql(`
drop index concurrently if exists public.lastwill_session_seats_idx;
`);

  pgm.sql(`
drop index concurrently if exists public.lastwill_session_carts_idx;
`);

  pgm.sql(`
reset statement_timeout;
`);

  pgm.sql(`
reset lock_timeout;
`);
};
