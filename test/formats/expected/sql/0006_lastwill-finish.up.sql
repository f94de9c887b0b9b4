-- Written by pg-lastwill (gen-migrations) from the ownership manifest. Do not edit: change the
-- manifest and generate again.
--
-- Runs outside a transaction, a step at a time; if it is cut off, run it again.
--
-- Takes from your tables:
-- - index public.lastwill_visit_carts_idx
--
-- Hazards:
-- - reads all of public.carts to check its former foreign key; writes go on meanwhile
--
-- Hazards of going down:
-- - reads all of public.carts to build an index; writes go on meanwhile

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
