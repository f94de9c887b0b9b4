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
--
-- The way down; Prisma runs it only when told to, and of these folders the last has to be first:
--   prisma db execute --file prisma/migrations/20260203040514_lastwill_prepare/down.sql
-- Then have Prisma forget that it went up:
--   delete from _prisma_migrations where migration_name = '20260203040514_lastwill_prepare';

alter table public.carts
  validate constraint lastwill_visit_carts_fkey;
