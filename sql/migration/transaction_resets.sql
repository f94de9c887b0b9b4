select pg_catalog.set_config(
  'search_path', pg_catalog.current_setting('lastwill.search_path'), true
);
set local lock_timeout to default;
set local statement_timeout to default;
