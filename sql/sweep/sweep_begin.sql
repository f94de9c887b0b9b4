-- Opens a run over one owner. Gives its number; null when this worker is not to sweep now, which
-- it says.
create or replace function lastwill.sweep_begin(
  owner text,
  worker integer default 1,
  accept boolean default false,
  max_rows bigint default null
)
  returns bigint
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
  set lock_timeout = '200ms'
as $lastwill$
#variable_conflict use_variable
declare
  run bigint;
  paused_until timestamptz;
  n_due bigint;
  n_total bigint;
  n_pages bigint;
  indexed boolean;
  in_heap boolean;
begin
  perform lastwill.known_owner(owner);

  select pause.until
  into paused_until
  from lastwill.paused as pause
  where pause.owner = sweep_begin.owner
    and pause.until > now();

  if found then
    raise notice 'lastwill: the sweep of "%" is paused until %', owner, paused_until
      using hint = format('To end the pause: select lastwill.resume(%L);', owner);
    return null;
  end if;

  select backlog.due, backlog.total, backlog.pages, backlog.indexed
  into n_due, n_total, n_pages, indexed
  from lastwill.sweep_backlog(owner) as backlog;

  if lastwill.sweep_holds(owner, n_due, n_total, accept, max_rows is not null) then
    return null;
  end if;

  -- Page by page a backlog goes faster than in the order of expiry, which comes back to each page
  -- again and again. With less than one row due on every second page it is the other way round,
  -- unless no index has the order of expiry: then each batch would read the whole table.
  in_heap := n_due >= 1000 and n_due * 2 >= n_pages or not indexed and n_due > 0;

  -- One is enough for what falls due from minute to minute.
  if worker > 1 and (n_due < 1000 or not in_heap) then
    return null;
  end if;

  insert into lastwill.sweep_run (owner, worker, stop_at, max_rows, due)
  select owner, worker, clock_timestamp() + setting.budget, max_rows, n_due
  from lastwill.sweep_setting as setting
  where setting.owner = sweep_begin.owner
  returning id into run;

  perform lastwill.sweep_steps(run, case when in_heap then n_pages end);
  return run;
end;
$lastwill$;

revoke all on function lastwill.sweep_begin(text, integer, boolean, bigint) from public;

comment on function lastwill.sweep_begin(text, integer, boolean, bigint) is
  :'comment';
