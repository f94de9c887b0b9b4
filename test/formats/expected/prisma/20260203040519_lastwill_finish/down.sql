-- Written by pg-lastwill (gen-migrations) from the ownership manifest. Do not edit: change the
-- manifest and generate again.
--
-- Step 3 of 3. A file is sent as one query, which is one transaction: so each statement has
-- a file of its own, and settings are left out. If it was cut off and cannot be run again, run the step
-- before it once more first.
--
-- The way down; Prisma runs it only when told to, and of these folders the last has to be first:
--   prisma db execute --file prisma/migrations/20260203040519_lastwill_finish/down.sql
-- Then have Prisma forget that it went up:
--   delete from _prisma_migrations where migration_name = '20260203040519_lastwill_finish';

drop index concurrently if exists public.lastwill_visit_carts_idx;
