-- Written by pg-lastwill (gen-migrations) from the ownership manifest. Do not edit: change the
-- manifest and generate again.
--
-- Runs outside a transaction, a step at a time; if it is cut off, run it again.
--
-- Hazards:
-- - reads all of public.visits and locks its rows against writes, for less than half a second at
--   a time
-- - deletes data from now on, where pg_cron can be used: it ends what has expired, and what it
--   owns; elsewhere this migration says what to do
-- - deletes rows of public.carts whose visit_id names no row of public.visits; writes to
--   public.visits wait meanwhile, for a moment each time; not reversible
-- - reads all of public.carts to check its visit_id; writes go on meanwhile
--
-- Step 1 of 4. A file is sent as one query, which is one transaction: so each statement has
-- a file of its own, and settings are left out. If it was cut off and cannot be run again, run the step
-- before it once more first.

-- Ties what is named already: data → draft.
call lastwill.visit_backfill();
