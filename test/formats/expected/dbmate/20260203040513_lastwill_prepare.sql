-- Written by pg-lastwill (gen-migrations) from the ownership manifest. Do not edit: change the
-- manifest and generate again.
--
-- Runs outside a transaction, for what can be made without stopping writes only there.
--
-- Hazards of going down:
-- - reads all of public.carts to check its visit_id; writes go on meanwhile; fails if a row names
--   one of public.visits that is not there
--
-- Step 1 of 1: a file is sent as one query, which is one transaction, so each statement
-- has a file of its own, without a lock_timeout and a statement_timeout.

-- migrate:up transaction:false

-- Nothing to do this way.

-- migrate:down transaction:false

alter table public.carts
  validate constraint lastwill_visit_carts_fkey;
