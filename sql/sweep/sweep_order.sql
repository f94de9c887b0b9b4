-- The owners that this worker sweeps, whoever has waited longest first: a run that is always cut
-- off at the same moment, by a statement_timeout, say, must not starve the last of them.
create or replace function lastwill.sweep_order(owner text, worker integer)
  returns text[]
  language sql
  stable
  security definer
  set search_path = pg_catalog, pg_temp
as $lastwill$
  select coalesce(array_agg(setting.owner order by last_run.started_at nulls first), '{}')
  from lastwill.sweep_setting as setting
  left join lateral (
    select run.started_at
    from lastwill.sweep_run as run
    where run.owner = setting.owner
    order by run.id desc
    limit 1
  ) as last_run on true
  where setting.workers >= sweep_order.worker
    and (sweep_order.owner is null or setting.owner = sweep_order.owner);
$lastwill$;

revoke all on function lastwill.sweep_order(text, integer) from public;

comment on function lastwill.sweep_order(text, integer) is
  :'comment';
