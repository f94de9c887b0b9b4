-- Written by pg-lastwill (gen-migrations) from the ownership manifest. Do not edit: change the
-- manifest and generate again.
--
-- Runs outside a transaction, for what can be made without stopping writes only there.
--
-- Hazards of going down:
-- - deletes rows of public.carts whose visit_id names no row of public.visits; writes to
--   public.visits wait meanwhile, for a moment each time; not reversible
-- - reads all of public.carts to check its visit_id; writes go on meanwhile

\set ON_ERROR_STOP on

-- Nothing to do this way.
