// Written by pg-lastwill (gen-migrations) from the ownership manifest. Do not edit: change the
// manifest and generate again.
//
// Runs outside a transaction, for what can be made without stopping writes only there.
//
// Makes on your tables:
// - index public.U&"lastwill_user_""Cart"" \\ `${x}` \0024lastwill$;\000a-- Up?
//   Migration\000a_idx"
// - index public."lastwill_user_Überlange_Bezeichnung_die_mit_Umlauten__ac8686c6"
//
// Hazards:
// - reads all of public."Table" to build an index; writes go on meanwhile
// - reads all of public."Überlange_Bezeichnung_die_mit_Umlauten_dreiundsechzig_Byte_hat" to build
//   an index; writes go on meanwhile

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
drop index concurrently if exists public.U&"lastwill_user_""Cart"" \\\\ \`\${x}\` \\0024lastwill$;\\000a-- Up Migration\\000a_idx";
`);

  pgm.sql(`
-- Without it every row that ends would have all of its table searched for what it owns.
create index concurrently U&"lastwill_user_""Cart"" \\\\ \`\${x}\` \\0024lastwill$;\\000a-- Up Migration\\000a_idx" on public."Table" ("by ""whom""");
`);

  pgm.sql(`
comment on index public.U&"lastwill_user_""Cart"" \\\\ \`\${x}\` \\0024lastwill$;\\000a-- Up Migration\\000a_idx" is
  'Finds the Table of one by "whom" when that ends. [lastwill 105dd0e407e9]';
`);

  pgm.sql(`
drop index concurrently if exists public."lastwill_user_Überlange_Bezeichnung_die_mit_Umlauten__ac8686c6";
`);

  pgm.sql(`
-- Without it every row that ends would have all of its table searched for what it owns.
create index concurrently "lastwill_user_Überlange_Bezeichnung_die_mit_Umlauten__ac8686c6" on public."Überlange_Bezeichnung_die_mit_Umlauten_dreiundsechzig_Byte_hat" ("order");
`);

  pgm.sql(`
comment on index public."lastwill_user_Überlange_Bezeichnung_die_mit_Umlauten__ac8686c6" is
  'Finds the Überlange_Bezeichnung_die_mit_Umlauten_dreiundsechzig_Byte_hat of one order when that ends. [lastwill 1e8da773ee3a]';
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

  pgm.sql(`
-- Nothing here makes others wait for it, so it may itself wait for old transactions to end.
set lock_timeout = 0;
`);

  pgm.sql(`
-- A large table takes its time.
set statement_timeout = 0;
`);

  pgm.sql(`
drop index concurrently if exists public."lastwill_user_Überlange_Bezeichnung_die_mit_Umlauten__ac8686c6";
`);

  pgm.sql(`
drop index concurrently if exists public.U&"lastwill_user_""Cart"" \\\\ \`\${x}\` \\0024lastwill$;\\000a-- Up Migration\\000a_idx";
`);

  pgm.sql(`
reset statement_timeout;
`);

  pgm.sql(`
reset lock_timeout;
`);
};
