-- Written by pg-lastwill (gen-migrations) from the ownership manifest. Do not edit: change the
-- manifest and generate again.
--
-- Step 3 of 3: a file is sent as one query, which is one transaction, so each statement
-- has a file of its own, without a lock_timeout and a statement_timeout.

-- migrate:up transaction:false

-- Nothing to do this way.

-- migrate:down transaction:false

drop index concurrently if exists public.lastwill_visit_carts_idx;
