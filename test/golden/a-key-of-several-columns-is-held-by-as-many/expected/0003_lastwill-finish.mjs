// Written by pg-lastwill (gen-migrations) from the ownership manifest. Do not edit: change the
// manifest and generate again.
//
// Runs outside a transaction, a step at a time; if it is cut off, run it again.
//
// Hazards:
// - reads all of public.orders to check its hall, seat; writes go on meanwhile; fails if a row
//   names one of public.bookings that is not there
// - reads all of public.labels to check its hall, seat; writes go on meanwhile; fails if a row
//   names one of public.bookings that is not there

/** @param {import("node-pg-migrate").MigrationBuilder} pgm */
export const up = (pgm) => {
  pgm.noTransaction();

  pgm.sql(`
alter table public.orders
  validate constraint lastwill_booking_orders_fkey;
`);

  pgm.sql(`
alter table public.labels
  validate constraint lastwill_booking_labels_fkey;
`);
};

/** @param {import("node-pg-migrate").MigrationBuilder} pgm */
export const down = (pgm) => {
  pgm.noTransaction();
  // Nothing to do this way.
};
