-- Written by pg-lastwill (gen-migrations) from the ownership manifest. Do not edit: change the
-- manifest and generate again.
--
-- Runs outside a transaction, for what can be made without stopping writes only there.
--
-- Makes on your tables:
-- - index public.lastwill_visit_carts_idx
--
-- Hazards:
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
drop index concurrently if exists public.lastwill_visit_carts_idx;
--> statement-breakpoint
-- Without it every row that ends would have all of its table searched for what it owns.
create index concurrently lastwill_visit_carts_idx on public.carts (visit_id);
--> statement-breakpoint
comment on index public.lastwill_visit_carts_idx is
  'Finds the carts of one visit_id when that ends. [lastwill 409f67ad9da9]';
--> statement-breakpoint
reset statement_timeout;
--> statement-breakpoint
reset lock_timeout;
--> statement-breakpoint
start transaction;
