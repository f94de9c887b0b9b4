// Written by pg-lastwill (gen-migrations) from the ownership manifest. Do not edit: change the
// manifest and generate again.
//
// Runs outside a transaction, for what can be made without stopping writes only there.
//
// Hazards:
// - reads all of public.orders to build an index; writes go on meanwhile
// - reads all of public.labels to build an index; writes go on meanwhile

/** @param {import("node-pg-migrate").MigrationBuilder} pgm */
export const up = (pgm) => {
  pgm.noTransaction();

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
};

/** @param {import("node-pg-migrate").MigrationBuilder} pgm */
export const down = (pgm) => {
  pgm.noTransaction();

  pgm.sql(`
drop index concurrently if exists public.lastwill_booking_labels_idx;
`);

  pgm.sql(`
drop index concurrently if exists public.lastwill_booking_orders_idx;
`);
};
