-- Adds what has ended to its run's figures, in the same transaction.
create or replace function lastwill.sweep_counted(run bigint, n_owners bigint, n_released bigint)
  returns void
  language sql
  set search_path = pg_catalog, pg_temp
as $lastwill$
  update lastwill.sweep_run as counted
  set owners_ended = counted.owners_ended + n_owners,
      released_ended = counted.released_ended + n_released
  where counted.id = run;
$lastwill$;

revoke all on function lastwill.sweep_counted(bigint, bigint, bigint) from public;

comment on function lastwill.sweep_counted(bigint, bigint, bigint) is
  :'comment';
