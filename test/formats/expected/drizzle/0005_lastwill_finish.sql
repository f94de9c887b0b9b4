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
-- Drizzle runs all that is pending in one transaction, so the first statement ends that and the last
-- begins another. For drivers that keep to one connection (node-postgres, postgres-js, PGlite), not
-- for those that speak HTTP.

commit;
--> statement-breakpoint
-- Nothing here makes others wait for it, so it may itself wait for old transactions to end.
set lock_timeout = 0;
--> statement-breakpoint
-- A large table takes its time.
set statement_timeout = 0;
--> statement-breakpoint
alter table public.carts
  validate constraint carts_visit_id_fkey;
--> statement-breakpoint
drop index concurrently if exists public.lastwill_visit_carts_idx;
--> statement-breakpoint
reset statement_timeout;
--> statement-breakpoint
reset lock_timeout;
--> statement-breakpoint
start transaction;
