-- Cuts the links of these owners, but for rows they still name, and releases what they were
-- tied to. It asks neither for locks nor for other owners, nor whether the rows are there (one may
-- be just being inserted): the sweep does, when the grace is over.
create or replace function lastwill.:"release"(
  owners :{owner_type}[],
  still_named :{owned_type}[] default '{}'
)
  returns void
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $lastwill$
#variable_conflict use_variable
begin
  with cut as (
    delete from lastwill.:"link" as link
    where link.owner_key = any(owners)
      and link.owned_key <> all(still_named)
    returning link.owner_key, link.owned_key
  )
  insert into lastwill.released (edge, owned_key, owner_key, due_at)
  select :'edge', cut.owned_key::text, cut.owner_key::text, now() + interval :'grace'
  from cut;
end;
$lastwill$;

revoke all on function lastwill.:"release"(:{owner_type}[], :{owned_type}[]) from public;

comment on function lastwill.:"release"(:{owner_type}[], :{owned_type}[]) is
  :'comment';
