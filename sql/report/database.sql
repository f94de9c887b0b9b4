-- Where and when the report is made.
select
  current_database() as database,
  split_part(current_setting('server_version'), ' ', 1) as server_version,
  now() as at
