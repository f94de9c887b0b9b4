// Written by pg-lastwill (gen-migrations) from the ownership manifest. Do not edit: change the
// manifest and generate again.
//
// Runs outside a transaction, a step at a time; if it is cut off, run it again.
//
// Hazards:
// - reads all of public.visits and locks its rows against writes, for less than half a second at
//   a time
// - stops if there are rows of public.uploads whose cart_id names no row of public.carts, and
//   changes nothing then
// - reads all of public.uploads to check its cart_id; writes go on meanwhile

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
-- Ties what is named already: data → draft.
call lastwill.visit_backfill();
`);

  pgm.sql(`
-- Rows of public.uploads that name no row of public.carts would stop the check that comes next, and it
-- would show the key of one that is missing. Here it is said how many they are, which (five of
-- them at most), and what to do. Nothing is changed, so the migration can be run again.
do $lastwill$
#variable_conflict use_variable
declare
  orphans text[];
begin
  orphans := array(
    select cast(owned.id as pg_catalog.text)
    from only public.uploads as owned
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
      'public.uploads',
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
      'Write orphans: delete (or set_null, to keep them) beside visit.uploads in the manifest, run gen-migrations, and migrate up again. Or let go of them by hand: delete from only public.uploads as owned where owned.cart_id is not null and not exists (select from only public.carts as parent where parent.id = owned.cart_id);';
end;
$lastwill$;
`);

  pgm.sql(`
alter table public.uploads
  validate constraint lastwill_visit_uploads_fkey;
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
