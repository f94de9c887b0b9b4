// Written by pg-lastwill (gen-migrations) from the ownership manifest. Do not edit: change the
// manifest and generate again.
//
// Runs outside a transaction, for what can be made without stopping writes only there.
//
// Makes on your tables:
// - index public.lastwill_booking_orders_idx
// - index public.lastwill_booking_labels_idx
//
// Hazards:
// - reads all of public.orders to build an index; writes go on meanwhile
// - reads all of public.labels to build an index; writes go on meanwhile

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
drop index concurrently if exists public.lastwill_booking_orders_idx;
`);

  pgm.sql(`
-- Without it every row that ends would have all of its table searched for what it owns.
create index concurrently lastwill_booking_orders_idx on public.orders (hall, seat);
`);

  pgm.sql(`
comment on index public.lastwill_booking_orders_idx is
  'Finds the orders of one hall, seat when that ends. [lastwill f19f21d481c3]';
`);

  pgm.sql(`
drop index concurrently if exists public.lastwill_booking_labels_idx;
`);

  pgm.sql(`
-- Without it every row that ends would have all of its table searched for what it owns.
create index concurrently lastwill_booking_labels_idx on public.labels (hall, seat);
`);

  pgm.sql(`
comment on index public.lastwill_booking_labels_idx is
  'Finds the labels of one hall, seat when that ends. [lastwill c3f4a170de43]';
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
drop index concurrently if exists public.lastwill_booking_labels_idx;
`);

  pgm.sql(`
drop index concurrently if exists public.lastwill_booking_orders_idx;
`);

  pgm.sql(`
reset statement_timeout;
`);

  pgm.sql(`
reset lock_timeout;
`);
};
