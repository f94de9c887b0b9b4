-- Where and when the report is made.
select
  current_database() as database,
  current_setting('server_version') as server_version,
  now() as at
