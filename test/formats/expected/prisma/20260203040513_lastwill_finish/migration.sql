-- Written by pg-lastwill (gen-migrations) from the ownership manifest. Do not edit: change the
-- manifest and generate again.
--
-- Step 4 of 4: a file is sent as one query, which is one transaction, so each statement
-- has a file of its own, without a lock_timeout and a statement_timeout.

alter table public.carts
  validate constraint lastwill_visit_carts_fkey;
