-- Which foreign keys hold on to rows that are to be deleted: those that restrict, or do nothing,
-- and have a row there. What was there when this was generated was refused; such a key has come
-- since, so nobody but the catalog can tell its table, and its statement has to be made here.
create or replace function lastwill.preview_held_by(ending regclass, places tid[])
  returns text
  language plpgsql
  stable
  set search_path = pg_catalog, pg_temp
as $lastwill$
#variable_conflict use_variable
declare
  holding record;
  n_rows bigint;
  found_keys text[] := cast('{}' as text[]);
begin
  for holding in
    select
      foreign_key.conname as name,
      foreign_key.conrelid::regclass as referring,
      (
        select string_agg(
          format('referring.%I = ending.%I', its_column.attname, key_column.attname), ' and '
        )
        from unnest(foreign_key.conkey, foreign_key.confkey) as pair (its, key)
        join pg_attribute as its_column
          on its_column.attrelid = foreign_key.conrelid
          and its_column.attnum = pair.its
        join pg_attribute as key_column
          on key_column.attrelid = foreign_key.confrelid
          and key_column.attnum = pair.key
      ) as refers
    from pg_constraint as foreign_key
    where foreign_key.contype = 'f'
      and foreign_key.confrelid = ending
      and foreign_key.confdeltype in ('a', 'r')
      and foreign_key.conparentid = 0
    order by foreign_key.conrelid::regclass::text, foreign_key.conname
  loop
    execute format(
      'select count(*) from %s as referring join only %s as ending on %s '
        'where ending.ctid = any($1)',
      holding.referring, ending, holding.refers
    )
    into n_rows
    using places;

    if n_rows > 0 then
      found_keys := found_keys
        || format('foreign key %I of %s (rows: %s)', holding.name, holding.referring, n_rows);
    end if;
  end loop;

  return nullif(array_to_string(found_keys, ', '), '');
end;
$lastwill$;

revoke all on function lastwill.preview_held_by(regclass, tid[]) from public;

comment on function lastwill.preview_held_by(regclass, tid[]) is
  :'comment';
