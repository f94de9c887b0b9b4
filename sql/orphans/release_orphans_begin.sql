-- The steps by which rows that linger are handed to the sweep: those of one edge, or of all.
create or replace function lastwill.release_orphans_begin(edge text, grace interval)
  returns integer[]
  language plpgsql
  stable
  security definer
  set search_path = pg_catalog, pg_temp
as $lastwill$
#variable_conflict use_variable
begin
  if grace is null or grace < interval '0' then
    raise exception using
      errcode = 'LW001',
      message = format('the grace of orphans cannot be %s', coalesce(grace::text, 'null')),
      hint = 'Write how long rows that are just being made are given, as in: 10 minutes.';
  end if;

  if edge is not null and not exists (
    select
    from lastwill.edge as declared
    where declared.edge = release_orphans_begin.edge
  ) then
    raise exception using
      errcode = 'LW001',
      message = format('there is no edge %s', quote_ident(edge)),
      hint = (
        select format('The edges are: %s.', string_agg(declared.edge, ', '))
        from lastwill.edge as declared
      );
  end if;

  if exists (select from lastwill.backfill) then
    raise exception using
      errcode = 'LW001',
      message = 'a backfill is not finished, so rows that owners name may look like orphans',
      hint = (
        select format('Let it come to its end: call lastwill.%I();', begun.name)
        from lastwill.backfill as begun
        order by begun.begun_at
        limit 1
      );
  end if;

  -- What was written while triggers were off is named and not linked.
  if exists (
    select
    from lastwill.drift as drift
    where release_orphans_begin.edge is null
      or drift.edge in (
        select other.edge
        from lastwill.edge as other
        join lastwill.edge as this on this.owned = other.owned
        where this.edge = release_orphans_begin.edge
      )
  ) then
    raise exception using
      errcode = 'LW001',
      message = 'rows that owners name are not linked to them, and would look like orphans',
      hint = (
        select format('Tie anew, as the role that migrates: %s', string_agg(mend.statement, ' '))
        from (
          select distinct drift.mend as statement
          from lastwill.drift as drift
        ) as mend
      );
  end if;

  -- What sessions outside the database own looks lingering until each has been touched: never
  -- unless it is asked for by name.
  return array(
    select step.place
    from (
      values
        :{steps}
    ) as step (place, edge, asked_for_only)
    where step.edge = release_orphans_begin.edge
      or (release_orphans_begin.edge is null and not step.asked_for_only)
    order by step.place
  );
end;
$lastwill$;

revoke all on function lastwill.release_orphans_begin(text, interval) from public;

comment on function lastwill.release_orphans_begin(text, interval) is
  :'comment';
