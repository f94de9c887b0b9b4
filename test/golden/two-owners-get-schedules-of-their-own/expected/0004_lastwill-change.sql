-- Written by pg-lastwill (gen-migrations) from the ownership manifest. Do not edit: change the
-- manifest and generate again.
--
-- One transaction: all of it, or nothing.

-- Up Migration

set local lock_timeout = '3s';
set local statement_timeout = '2min';

-- No name below is looked up where anybody but the server's owner may have put an operator or a
-- type of his own.
select pg_catalog.set_config(
  'lastwill.search_path', pg_catalog.current_setting('search_path'), true
);
set local search_path = pg_catalog, pg_temp;

-- Without this no right on anything in the schema is of use.
grant usage on schema lastwill to pg_monitor;

-- These roles may see who owns what, session keys included.
grant select on
  lastwill.edge,
  lastwill.owned,
  lastwill.owned_tree,
  lastwill.status,
  lastwill.orphan,
  lastwill.drift,
  lastwill.released,
  lastwill.sweep_run,
  lastwill.sweep_step,
  lastwill.sweep_setting,
  lastwill.hold,
  lastwill.quarantine,
  lastwill.outbox,
  lastwill.undecodable,
  lastwill.paused,
  lastwill.backfill
to pg_monitor;
grant execute on function lastwill.known_owner(text) to pg_monitor;
grant execute on function lastwill.sweep_job(text) to pg_monitor;
grant execute on function lastwill.preview(text, text) to pg_monitor;

select pg_catalog.set_config(
  'search_path', pg_catalog.current_setting('lastwill.search_path'), true
);
set local lock_timeout to default;
set local statement_timeout to default;

-- Down Migration

set local lock_timeout = '3s';
set local statement_timeout = '2min';

-- No name below is looked up where anybody but the server's owner may have put an operator or a
-- type of his own.
select pg_catalog.set_config(
  'lastwill.search_path', pg_catalog.current_setting('search_path'), true
);
set local search_path = pg_catalog, pg_temp;

-- These roles may see who owns what, session keys included.
revoke select on
  lastwill.edge,
  lastwill.owned,
  lastwill.owned_tree,
  lastwill.status,
  lastwill.orphan,
  lastwill.drift,
  lastwill.released,
  lastwill.sweep_run,
  lastwill.sweep_step,
  lastwill.sweep_setting,
  lastwill.hold,
  lastwill.quarantine,
  lastwill.outbox,
  lastwill.undecodable,
  lastwill.paused,
  lastwill.backfill
from pg_monitor;
revoke execute on function lastwill.known_owner(text) from pg_monitor;
revoke execute on function lastwill.sweep_job(text) from pg_monitor;
revoke execute on function lastwill.preview(text, text) from pg_monitor;

-- Without this no right on anything in the schema is of use.
revoke usage on schema lastwill from pg_monitor;

select pg_catalog.set_config(
  'search_path', pg_catalog.current_setting('lastwill.search_path'), true
);
set local lock_timeout to default;
set local statement_timeout to default;
