-- Written by pg-lastwill (gen-migrations) from the ownership manifest. Do not edit: change the
-- manifest and generate again.
--
-- Step 2 of 2: a file is sent as one query, which is one transaction, so each statement
-- has a file of its own, without a lock_timeout and a statement_timeout.

-- Nothing to do this way.
