-- Whether the sweep holds, since a larger share is due at once than the manifest allows: a wrong
-- clock or a wrong time zone must not empty a table. To accept it for a limited number of rows, to
-- see what happens, is not yet to accept the rest.
create or replace function lastwill.sweep_holds(
  owner text,
  n_due bigint,
  n_total bigint,
  accept boolean,
  in_part boolean
)
  returns boolean
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $lastwill$
#variable_conflict use_variable
declare
  accepted timestamptz;
begin
  if n_due < 1000 or not exists (
    select
    from lastwill.sweep_setting as setting
    where setting.owner = sweep_holds.owner
      and n_due > setting.hold_over * n_total
  ) then
    -- What was accepted was this backlog, and not the next.
    delete from lastwill.hold as past
    where past.owner = sweep_holds.owner;
    return false;
  end if;

  insert into lastwill.hold as held (owner, due, total, accepted_at)
  values (owner, n_due, n_total, case when accept and not in_part then now() end)
  on conflict on constraint hold_pkey do update
  set due = excluded.due,
      total = excluded.total,
      accepted_at = coalesce(excluded.accepted_at, held.accepted_at)
  returning held.accepted_at into accepted;

  -- Nobody who looked yesterday has seen what is due today.
  if accepted > now() - interval '1 day' or accept then
    return false;
  end if;

  raise warning 'lastwill: the sweep of "%" holds: about % of % rows are due at once',
    owner, n_due, n_total
    using hint = format(
      'Is the clock right, and the time zone of its expiry? If so: select lastwill.resume(%L);',
      owner
    );
  return true;
end;
$lastwill$;

revoke all on function lastwill.sweep_holds(text, bigint, bigint, boolean, boolean) from public;

comment on function lastwill.sweep_holds(text, bigint, bigint, boolean, boolean) is
  :'comment';
