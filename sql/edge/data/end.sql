-- Cuts the links of these owners, and ends at once what has no other owner. What cannot be decided
-- now is left to the next sweep.
create or replace function lastwill.:"end"(owners :{owner_type}[])
  returns void
  language plpgsql
  set search_path = pg_catalog, pg_temp
  set lock_timeout = '200ms'
as $lastwill$
#variable_conflict use_variable
declare
  cut_owners :{owner_type}[];
  cut_keys :{owned_type}[];
  decided :{owned_type}[];
begin
  with cut as (
    delete from lastwill.:"link" as link
    where link.owner_key = any(owners)
    returning link.owner_key, link.owned_key
  )
  select array_agg(cut.owner_key), array_agg(cut.owned_key)
  into cut_owners, cut_keys
  from cut;

  if cut_keys is null then
    return;
  end if;

  begin
    decided := lastwill.:"decide"(cut_keys);
  exception
    -- Whatever holds on to one of these rows (a foreign key, a trigger of yours) must not keep an
    -- owner from ending. The sweep finds out which row it is.
    when others or assert_failure then
      decided := '{}';
  end;

  if cardinality(decided) = cardinality(cut_keys) then
    return;
  end if;

  -- A row that is not to be seen may be just being inserted: it is given time to appear.
  insert into lastwill.released (edge, owned_key, owner_key, due_at)
  select
    :'edge',
    cut.owned_key::text,
    cut.owner_key::text,
    case
      when exists (select from :"owned" as owned where owned.:"key" = cut.owned_key) then now()
      else now() + interval '10 minutes'
    end
  from unnest(cut_owners, cut_keys) as cut (owner_key, owned_key)
  where (
    cut.owned_key in (
      select done.key
      from unnest(decided) as done (key)
    )
  ) is not true;
end;
$lastwill$;

revoke all on function lastwill.:"end"(:{owner_type}[]) from public;

comment on function lastwill.:"end"(:{owner_type}[]) is
  :'comment';
