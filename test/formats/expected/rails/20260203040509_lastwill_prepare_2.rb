# Written by pg-lastwill (gen-migrations) from the ownership manifest. Do not edit: change the
# manifest and generate again.
#
# Runs outside a transaction, for what can be made without stopping writes only there.
#
# Hazards of going down:
# - reads all of public.carts to check its visit_id; writes go on meanwhile; fails if a row names
#   one of public.visits that is not there

class LastwillPrepare2 < ActiveRecord::Migration[6.1]
  disable_ddl_transaction!

  def up
    # Nothing to do this way.
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
alter table public.carts
  validate constraint lastwill_visit_carts_fkey;
    SQL

    execute <<-'SQL'
reset statement_timeout;
    SQL

    execute <<-'SQL'
reset lock_timeout;
    SQL
  end
end
