-- How much of :"table" is due: counted up to 1,000 rows, and beyond that from a sample of a
-- thousand pages, so that looking costs the same however large the table is. And whether an index
-- finds what is due. What is in quarantine is not counted: it waits for something else.
create or replace function lastwill.:"backlog"(
  out due bigint,
  out total bigint,
  out pages bigint,
  out indexed boolean
)
  language plpgsql
  stable
  set search_path = pg_catalog, pg_temp
as $lastwill$
#variable_conflict use_variable
declare
  page_share real;
begin
  pages := pg_relation_size(:'table_text') / current_setting('block_size')::integer;

  select coalesce(bool_and(leads.found), true)
  into indexed
  from unnest(:{columns}) as rule (column_name)
  cross join lateral (
    select count(*) > 0 as found
    from pg_index as index
    join pg_attribute as attribute
      on attribute.attrelid = index.indrelid
      and attribute.attnum = index.indkey[0]
    where index.indrelid = to_regclass(:'table_text')
      and index.indisvalid
      and index.indpred is null
      and attribute.attname = rule.column_name
  ) as leads;

  select count(*)
  into due
  from (
    select
    from only :"table" as owner
    where :{due}
      and :{not_aside}
    limit 1000
  ) as counted;

  if due < 1000 then
    return;
  end if;

  page_share := least(1000.0 / pages, 1);

  -- The same pages each time, so that two workers come to the same conclusion.
  select
    round(
      count(*) filter (
        where :{due}
          and :{not_aside}
      ) / page_share
    ),
    round(count(*) / page_share)
  into due, total
  from only :"table" as owner
  tablesample system (page_share * 100) repeatable (0);
end;
$lastwill$;

revoke all on function lastwill.:"backlog"() from public;

comment on function lastwill.:"backlog"() is
  :'comment';
