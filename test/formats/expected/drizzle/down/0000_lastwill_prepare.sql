-- Written by pg-lastwill (gen-migrations) from the ownership manifest. Do not edit: change the
-- manifest and generate again.
--
-- Runs outside a transaction, for what can be made without stopping writes only there.
--
-- Makes on your tables:
-- - index public.lastwill_visit_carts_idx
--
-- Hazards:
-- - reads all of public.carts to build an index; writes go on meanwhile
--
-- The way down, which drizzle has not. Run it with psql, the last of these files first:
--   psql -f down/0000_lastwill_prepare.sql
-- Then have drizzle forget that it went up:
--   delete from drizzle.__drizzle_migrations where created_at = 1770091506000;

\set ON_ERROR_STOP on

-- Nothing here makes others wait for it, so it may itself wait for old transactions to end.
set lock_timeout = 0;

-- A large table takes its time.
set statement_timeout = 0;

alter table public.carts
  validate constraint carts_visit_id_fkey;

drop index concurrently if exists public.lastwill_visit_carts_idx;

reset statement_timeout;

reset lock_timeout;
