-- Written by pg-lastwill (gen-migrations) from the ownership manifest. Do not edit: change the
-- manifest and generate again.
--
-- Runs outside a transaction, for what can be made without stopping writes only there.
--
-- Hazards of going down:
-- - deletes rows of public.carts whose visit_id names no row of public.visits; writes to
--   public.visits wait meanwhile, for a moment each time; not reversible
-- - reads all of public.carts to check its visit_id; writes go on meanwhile
--
-- Step 1 of 2. A file is sent as one query, which is one transaction: so each statement has
-- a file of its own, and settings are left out. If it was cut off and cannot be run again, run the step
-- before it once more first.

-- migrate:up transaction:false

-- Nothing to do this way.

-- migrate:down transaction:false

alter table public.carts
  validate constraint lastwill_visit_carts_fkey;
