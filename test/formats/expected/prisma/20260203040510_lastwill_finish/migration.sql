-- Written by pg-lastwill (gen-migrations) from the ownership manifest. Do not edit: change the
-- manifest and generate again.
--
-- Runs outside a transaction, a step at a time; if it is cut off, run it again.
--
-- Hazards:
-- - reads all of public.visits and locks its rows, 500 at a time, against writes
-- - deletes data from now on: pg_cron ends what has expired, and what it owns
-- - reads all of public.carts to check its visit_id; writes go on meanwhile; fails if a row names
--   one of public.visits that is not there
--
-- Step 1 of 3: a file is sent as one query, which is one transaction, so each statement
-- has a file of its own, without a lock_timeout and a statement_timeout.

-- Ties what is named already: data → draft.
call lastwill.visit_backfill();
