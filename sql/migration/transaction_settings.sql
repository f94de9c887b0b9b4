set local lock_timeout = '3s';
set local statement_timeout = '2min';

-- No name below is looked up where anybody but the server's owner may have put an operator or a
-- type of his own.
select pg_catalog.set_config(
  'lastwill.search_path', pg_catalog.current_setting('search_path'), true
);
set local search_path = pg_catalog, pg_temp;
