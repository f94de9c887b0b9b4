-- Written by pg-lastwill (gen-migrations) from the ownership manifest. Do not edit: change the
-- manifest and generate again.
--
-- Runs outside a transaction, a step at a time; if it is cut off, run it again.
--
-- Takes from your tables:
-- - index public.lastwill_visit_carts_idx
--
-- Hazards:
-- - reads all of public.carts to check its former foreign key; writes go on meanwhile
--
-- Hazards of going down:
-- - reads all of public.carts to build an index; writes go on meanwhile
--
-- Step 1 of 3. A file is sent as one query, which is one transaction: so each statement has
-- a file of its own, and settings are left out. If it was cut off and cannot be run again, run the step
-- before it once more first.
--
-- The way down; Prisma runs it only when told to, and of these folders the last has to be first:
--   prisma db execute --file prisma/migrations/20260203040517_lastwill_finish/down.sql
-- Then have Prisma forget that it went up:
--   delete from _prisma_migrations where migration_name = '20260203040517_lastwill_finish';

comment on index public.lastwill_visit_carts_idx is
  'Finds the carts of one visit_id when that ends. [lastwill 409f67ad9da9]';
