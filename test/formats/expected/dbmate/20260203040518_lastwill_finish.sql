-- Written by pg-lastwill (gen-migrations) from the ownership manifest. Do not edit: change the
-- manifest and generate again.
--
-- Step 2 of 3: a file is sent as one query, which is one transaction, so each statement
-- has a file of its own, without a lock_timeout and a statement_timeout.

-- migrate:up transaction:false

drop index concurrently if exists public.lastwill_visit_carts_idx;

-- migrate:down transaction:false

-- Without it every row that ends would have all of its table searched for what it owns.
create index concurrently lastwill_visit_carts_idx on public.carts (visit_id);
