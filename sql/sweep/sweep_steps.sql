-- Lays out the steps of a run. How many rows make a batch they take over from the last run, but
-- begin with few: rows that own more than those before them are soon found out.
create or replace function lastwill.sweep_steps(run bigint, heap_pages bigint)
  returns void
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $lastwill$
#variable_conflict use_variable
declare
  swept text;
begin
  select begun.owner
  into swept
  from lastwill.sweep_run as begun
  where begun.id = run;

  insert into lastwill.sweep_step (run, step, position, batch, windows)
  select
    run,
    step.name,
    step.position,
    least(coalesce(former.batch, 250), 250),
    case when step.position = 1 then (heap_pages + 127) / 128 end
  from lastwill.sweep_setting as setting
  cross join lateral unnest(setting.steps) with ordinality as step (name, position)
  left join lateral (
    select earlier.batch
    from lastwill.sweep_step as earlier
    where earlier.step = step.name
    order by earlier.run desc
    limit 1
  ) as former on true
  where setting.owner = swept;

  delete from lastwill.sweep_step as old
  using lastwill.sweep_run as past
  where past.id = old.run
    and past.owner = swept
    and past.id <> run
    and (past.ended_at is not null or past.started_at < now() - interval '1 day');
end;
$lastwill$;

revoke all on function lastwill.sweep_steps(bigint, bigint) from public;

comment on function lastwill.sweep_steps(bigint, bigint) is
  :'comment';
