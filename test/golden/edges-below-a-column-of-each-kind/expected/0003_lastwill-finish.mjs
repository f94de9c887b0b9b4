// Written by pg-lastwill (gen-migrations) from the ownership manifest. Do not edit: change the
// manifest and generate again.
//
// Runs outside a transaction, a step at a time; if it is cut off, run it again.
//
// Hazards:
// - reads all of public.carts and locks its rows against writes, for less than half a second at a
//   time
// - stops if there are rows of public.carts whose session_sid names no row of public.session, and
//   changes nothing then
// - reads all of public.carts to check its session_sid; writes go on meanwhile
// - stops if there are rows of public.items whose cart_id names no row of public.carts, and
//   changes nothing then
// - reads all of public.items to check its cart_id; writes go on meanwhile
// - stops if there are rows of public.cart_labels whose cart_id names no row of public.carts, and
//   changes nothing then
// - reads all of public.cart_labels to check its cart_id; writes go on meanwhile
// - stops if there are rows of public.cart_labels whose label_id names no row of public.labels,
//   and changes nothing then
// - reads all of public.cart_labels to check its label_id; writes go on meanwhile

/** @param {import("node-pg-migrate").MigrationBuilder} pgm */
export const up = (pgm) => {
  pgm.noTransaction();

  pgm.sql(`
-- Nothing here makes others wait for it, so it may itself wait for old transactions to end.
set lock_timeout = 0;
`);

  pgm.sql(`
-- A large table takes its time.
set statement_timeout = 0;
`);

  pgm.sql(`
-- Ties what is named already: photo_id.
call lastwill.session_carts_backfill();
`);

  pgm.sql(`
-- Rows of public.carts that name no row of public.session would stop the check that comes next, and it
-- would show the key of one that is missing. Here it is said how many they are, which (five of
-- them at most), and what to do. Nothing is changed, so the migration can be run again.
do $lastwill$
#variable_conflict use_variable
declare
  orphans text[];
begin
  orphans := array(
    select cast(owned.id as pg_catalog.text)
    from only public.carts as owned
    where owned.session_sid is not null
      and not exists (
        select
        from only public.session as parent
        where parent.sid operator(pg_catalog.=) owned.session_sid
      )
    limit 100000
  );

  if pg_catalog.cardinality(orphans) = 0 then
    return;
  end if;

  raise exception using
    errcode = '23503',
    message = pg_catalog.concat(
      'public.carts',
      case pg_catalog.cardinality(orphans)
        when 1 then ': 1 row names'
        when 100000 then ': 100,000 or more rows name'
        else pg_catalog.concat(': ', pg_catalog.cardinality(orphans), ' rows name')
      end,
      ' a row of public.session that is not there'
    ),
    detail = pg_catalog.concat(
      'Their id: ',
      pg_catalog.array_to_string(orphans[1:5], ', '),
      case when pg_catalog.cardinality(orphans) > 5 then ', …' else '.' end
    ),
    hint =
      'Write orphans: delete (or set_null, to keep them) beside session.carts in the manifest, run gen-migrations, and migrate up again. Or let go of them by hand: delete from only public.carts as owned where owned.session_sid is not null and not exists (select from only public.session as parent where parent.sid = owned.session_sid);';
end;
$lastwill$;
`);

  pgm.sql(`
alter table public.carts
  validate constraint lastwill_session_carts_fkey;
`);

  pgm.sql(`
-- Rows of public.items that name no row of public.carts would stop the check that comes next, and it
-- would show the key of one that is missing. Here it is said how many they are, which (five of
-- them at most), and what to do. Nothing is changed, so the migration can be run again.
do $lastwill$
#variable_conflict use_variable
declare
  orphans text[];
begin
  orphans := array(
    select cast(owned.id as pg_catalog.text)
    from only public.items as owned
    where owned.cart_id is not null
      and not exists (
        select
        from only public.carts as parent
        where parent.id operator(pg_catalog.=) owned.cart_id
      )
    limit 100000
  );

  if pg_catalog.cardinality(orphans) = 0 then
    return;
  end if;

  raise exception using
    errcode = '23503',
    message = pg_catalog.concat(
      'public.items',
      case pg_catalog.cardinality(orphans)
        when 1 then ': 1 row names'
        when 100000 then ': 100,000 or more rows name'
        else pg_catalog.concat(': ', pg_catalog.cardinality(orphans), ' rows name')
      end,
      ' a row of public.carts that is not there'
    ),
    detail = pg_catalog.concat(
      'Their id: ',
      pg_catalog.array_to_string(orphans[1:5], ', '),
      case when pg_catalog.cardinality(orphans) > 5 then ', …' else '.' end
    ),
    hint =
      'Write orphans: delete (or set_null, to keep them) beside session.items in the manifest, run gen-migrations, and migrate up again. Or let go of them by hand: delete from only public.items as owned where owned.cart_id is not null and not exists (select from only public.carts as parent where parent.id = owned.cart_id);';
end;
$lastwill$;
`);

  pgm.sql(`
alter table public.items
  validate constraint lastwill_session_items_fkey;
`);

  pgm.sql(`
-- Rows of public.cart_labels that name no row of public.carts would stop the check that comes next, and it
-- would show the key of one that is missing. Here it is said how many they are, which (five of
-- them at most), and what to do. Nothing is changed, so the migration can be run again.
do $lastwill$
#variable_conflict use_variable
declare
  orphans text[];
begin
  orphans := array(
    select cast(owned.label_id as pg_catalog.text)
    from only public.cart_labels as owned
    where owned.cart_id is not null
      and not exists (
        select
        from only public.carts as parent
        where parent.id operator(pg_catalog.=) owned.cart_id
      )
    limit 100000
  );

  if pg_catalog.cardinality(orphans) = 0 then
    return;
  end if;

  raise exception using
    errcode = '23503',
    message = pg_catalog.concat(
      'public.cart_labels',
      case pg_catalog.cardinality(orphans)
        when 1 then ': 1 row names'
        when 100000 then ': 100,000 or more rows name'
        else pg_catalog.concat(': ', pg_catalog.cardinality(orphans), ' rows name')
      end,
      ' a row of public.carts that is not there'
    ),
    detail = pg_catalog.concat(
      'Their label_id: ',
      pg_catalog.array_to_string(orphans[1:5], ', '),
      case when pg_catalog.cardinality(orphans) > 5 then ', …' else '.' end
    ),
    hint =
      'Write orphans: delete beside session.labels in the manifest, run gen-migrations, and migrate up again. Or let go of them by hand: delete from only public.cart_labels as owned where owned.cart_id is not null and not exists (select from only public.carts as parent where parent.id = owned.cart_id);';
end;
$lastwill$;
`);

  pgm.sql(`
alter table public.cart_labels
  validate constraint lastwill_session_labels_owner_fkey;
`);

  pgm.sql(`
-- Rows of public.cart_labels that name no row of public.labels would stop the check that comes next, and it
-- would show the key of one that is missing. Here it is said how many they are, which (five of
-- them at most), and what to do. Nothing is changed, so the migration can be run again.
do $lastwill$
#variable_conflict use_variable
declare
  orphans text[];
begin
  orphans := array(
    select cast(owned.label_id as pg_catalog.text)
    from only public.cart_labels as owned
    where owned.label_id is not null
      and not exists (
        select
        from only public.labels as parent
        where parent.id operator(pg_catalog.=) owned.label_id
      )
    limit 100000
  );

  if pg_catalog.cardinality(orphans) = 0 then
    return;
  end if;

  raise exception using
    errcode = '23503',
    message = pg_catalog.concat(
      'public.cart_labels',
      case pg_catalog.cardinality(orphans)
        when 1 then ': 1 row names'
        when 100000 then ': 100,000 or more rows name'
        else pg_catalog.concat(': ', pg_catalog.cardinality(orphans), ' rows name')
      end,
      ' a row of public.labels that is not there'
    ),
    detail = pg_catalog.concat(
      'Their label_id: ',
      pg_catalog.array_to_string(orphans[1:5], ', '),
      case when pg_catalog.cardinality(orphans) > 5 then ', …' else '.' end
    ),
    hint =
      'Write orphans: delete beside session.labels in the manifest, run gen-migrations, and migrate up again. Or let go of them by hand: delete from only public.cart_labels as owned where owned.label_id is not null and not exists (select from only public.labels as parent where parent.id = owned.label_id);';
end;
$lastwill$;
`);

  pgm.sql(`
alter table public.cart_labels
  validate constraint lastwill_session_labels_owned_fkey;
`);

  pgm.sql(`
reset statement_timeout;
`);

  pgm.sql(`
reset lock_timeout;
`);
};

/** @param {import("node-pg-migrate").MigrationBuilder} pgm */
export const down = (pgm) => {
  pgm.noTransaction();
  // Nothing to do this way.
};
