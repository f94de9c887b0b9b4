-- Written by pg-lastwill (gen-migrations) from the ownership manifest. Do not edit: change the
-- manifest and generate again.
--
-- One transaction: all of it, or nothing.
--
-- Takes from your tables:
-- - foreign key lastwill_visit_carts_fkey on public.carts
--
-- Makes in schema lastwill: 4 views, 4 functions.
--
-- Hazards:
-- - stops all use of public.carts, public.visits for a moment (access exclusive lock)
-- - ends no rows of public.carts by visit.carts any more: they stay
--
-- Hazards of going down:
-- - stops all use of public.carts, public.visits for a moment (access exclusive lock)
-- - replaces the foreign key carts_visit_id_fkey on public.carts by one that says on delete
--   cascade on update cascade: its rows end with those that they name; the way down restores it

set local lock_timeout = '3s';
set local statement_timeout = '2min';

-- No name below is looked up where anybody but the server's owner may have put an operator or a
-- type of his own.
select pg_catalog.set_config(
  'lastwill.search_path', pg_catalog.current_setting('search_path'), true
);
set local search_path = pg_catalog, pg_temp;

alter table public.carts
  add constraint carts_visit_id_fkey
  FOREIGN KEY (visit_id) REFERENCES public.visits(id) ON DELETE SET NULL NOT VALID;

alter table public.carts
  drop constraint lastwill_visit_carts_fkey;

select pg_catalog.set_config(
  'search_path', pg_catalog.current_setting('lastwill.search_path'), true
);
set local lock_timeout to default;
set local statement_timeout to default;
