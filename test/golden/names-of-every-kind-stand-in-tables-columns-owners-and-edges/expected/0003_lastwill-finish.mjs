// Written by pg-lastwill (gen-migrations) from the ownership manifest. Do not edit: change the
// manifest and generate again.
//
// Runs outside a transaction, a step at a time; if it is cut off, run it again.
//
// Hazards:
// - reads all of "select"."-- Down? Migration" and locks its rows against writes, for less than
//   half a second at a time
// - stops if there are rows of public."Table" whose by "whom" names no row of "select"."-- Down?
//   Migration", and changes nothing then
// - reads all of public."Table" to check its "by ""whom"""; writes go on meanwhile
// - stops if there are rows of
//   public."Überlange_Bezeichnung_die_mit_Umlauten_dreiundsechzig_Byte_hat" whose order names no
//   row of public."Table", and changes nothing then
// - reads all of public."Überlange_Bezeichnung_die_mit_Umlauten_dreiundsechzig_Byte_hat" to check
//   its "order"; writes go on meanwhile

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
-- Ties what is named already: ?lastwill$ → "it's \\\\ \\"?lastwill$\\"\\n-- Down? Migration"."a.b"[].null.
call lastwill.user_backfill();
`);

  pgm.sql(`
-- Rows of public."Table" that name no row of "select"."-- Down Migration" would stop the check that comes next, and it
-- would show the key of one that is missing. Here it is said how many they are, which (five of
-- them at most), and what to do. Nothing is changed, so the migration can be run again.
do $lastwill$
#variable_conflict use_variable
declare
  orphans text[];
begin
  orphans := array(
    select cast(owned.id as pg_catalog.text)
    from only public."Table" as owned
    where owned."by ""whom""" is not null
      and not exists (
        select
        from only "select"."-- Down Migration" as parent
        where parent.U&"Key Of\\000aTwo Lines" operator(pg_catalog.=) owned."by ""whom"""
      )
    limit 100000
  );

  if pg_catalog.cardinality(orphans) = 0 then
    return;
  end if;

  raise exception using
    errcode = '23503',
    message = pg_catalog.concat(
      'public."Table"',
      case pg_catalog.cardinality(orphans)
        when 1 then ': 1 row names'
        when 100000 then ': 100,000 or more rows name'
        else pg_catalog.concat(': ', pg_catalog.cardinality(orphans), ' rows name')
      end,
      ' a row of "select"."-- Down Migration" that is not there'
    ),
    detail = pg_catalog.concat(
      'Their id: ',
      pg_catalog.array_to_string(orphans[1:5], ', '),
      case when pg_catalog.cardinality(orphans) > 5 then ', …' else '.' end
    ),
    hint =
      E'Write orphans: delete (or set_null, to keep them) beside user."Cart" \\\\ \`\${x}\` \\u0024lastwill$;\\u000a-- Up Migration\\u000a in the manifest, run gen-migrations, and migrate up again. Or let go of them by hand: delete from only public."Table" as owned where owned."by ""whom""" is not null and not exists (select from only "select"."-- Down Migration" as parent where parent.U&"Key Of\\\\000aTwo Lines" = owned."by ""whom""");';
end;
$lastwill$;
`);

  pgm.sql(`
alter table public."Table"
  validate constraint U&"lastwill_user_""Cart"" \\\\ \`\${x}\` \\0024lastwill$;\\000a-- Up Migration\\000a_fkey";
`);

  pgm.sql(`
-- Rows of public."Überlange_Bezeichnung_die_mit_Umlauten_dreiundsechzig_Byte_hat" that name no row of public."Table" would stop the check that comes next, and it
-- would show the key of one that is missing. Here it is said how many they are, which (five of
-- them at most), and what to do. Nothing is changed, so the migration can be run again.
do $lastwill$
#variable_conflict use_variable
declare
  orphans text[];
begin
  orphans := array(
    select cast(owned.id as pg_catalog.text)
    from only public."Überlange_Bezeichnung_die_mit_Umlauten_dreiundsechzig_Byte_hat" as owned
    where owned."order" is not null
      and not exists (
        select
        from only public."Table" as parent
        where parent.id operator(pg_catalog.=) owned."order"
      )
    limit 100000
  );

  if pg_catalog.cardinality(orphans) = 0 then
    return;
  end if;

  raise exception using
    errcode = '23503',
    message = pg_catalog.concat(
      'public."Überlange_Bezeichnung_die_mit_Umlauten_dreiundsechzig_Byte_hat"',
      case pg_catalog.cardinality(orphans)
        when 1 then ': 1 row names'
        when 100000 then ': 100,000 or more rows name'
        else pg_catalog.concat(': ', pg_catalog.cardinality(orphans), ' rows name')
      end,
      ' a row of public."Table" that is not there'
    ),
    detail = pg_catalog.concat(
      'Their id: ',
      pg_catalog.array_to_string(orphans[1:5], ', '),
      case when pg_catalog.cardinality(orphans) > 5 then ', …' else '.' end
    ),
    hint =
      'Write orphans: delete (or set_null, to keep them) beside user.Überlange_Bezeichnung_die_mit_Umlauten_dreiundsechzig_Byte_hat in the manifest, run gen-migrations, and migrate up again. Or let go of them by hand: delete from only public."Überlange_Bezeichnung_die_mit_Umlauten_dreiundsechzig_Byte_hat" as owned where owned."order" is not null and not exists (select from only public."Table" as parent where parent.id = owned."order");';
end;
$lastwill$;
`);

  pgm.sql(`
alter table public."Überlange_Bezeichnung_die_mit_Umlauten_dreiundsechzig_Byte_hat"
  validate constraint "lastwill_user_Überlange_Bezeichnung_die_mit_Umlauten__b512e389";
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
