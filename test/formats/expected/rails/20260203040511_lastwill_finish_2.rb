# Written by pg-lastwill (gen-migrations) from the ownership manifest. Do not edit: change the
# manifest and generate again.
#
# Runs outside a transaction, a step at a time; if it is cut off, run it again.
#
# Takes from your tables:
# - index public.lastwill_visit_carts_idx
#
# Hazards:
# - reads all of public.carts to check its former foreign key; writes go on meanwhile
#
# Hazards of going down:
# - reads all of public.carts to build an index; writes go on meanwhile

class LastwillFinish2 < ActiveRecord::Migration[6.1]
  disable_ddl_transaction!

  def up
    execute <<-'SQL'
-- Nothing here makes others wait for it, so it may itself wait for old transactions to end.
set lock_timeout = 0;
    SQL

    execute <<-'SQL'
-- A large table takes its time.
set statement_timeout = 0;
    SQL

    execute <<-'SQL'
alter table public.carts
  validate constraint carts_visit_id_fkey;
    SQL

    execute <<-'SQL'
drop index concurrently if exists public.lastwill_visit_carts_idx;
    SQL

    execute <<-'SQL'
reset statement_timeout;
    SQL

    execute <<-'SQL'
reset lock_timeout;
    SQL
  end

  def down
    execute <<-'SQL'
-- Nothing here makes others wait for it, so it may itself wait for old transactions to end.
set lock_timeout = 0;
    SQL

    execute <<-'SQL'
-- A large table takes its time.
set statement_timeout = 0;
    SQL

    execute <<-'SQL'
drop index concurrently if exists public.lastwill_visit_carts_idx;
    SQL

    execute <<-'SQL'
-- Without it every row that ends would have all of its table searched for what it owns.
create index concurrently lastwill_visit_carts_idx on public.carts (visit_id);
    SQL

    execute <<-'SQL'
comment on index public.lastwill_visit_carts_idx is
  'Finds the carts of one visit_id when that ends. [lastwill 409f67ad9da9]';
    SQL

    execute <<-'SQL'
reset statement_timeout;
    SQL

    execute <<-'SQL'
reset lock_timeout;
    SQL
  end
end
