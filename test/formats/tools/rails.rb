# Runs the migrations of a folder, or takes all of them back: rails.rb FOLDER up|down
# libpq's environment variables name the database.
require "active_record"

folder, direction = ARGV
ActiveRecord::Base.establish_connection(adapter: "postgresql")
ActiveRecord::Migration.verbose = false
ActiveRecord::Migrator.migrations_paths = [folder]
# Where it is depends on the version.
connection = ActiveRecord::Base.connection
keeper = connection.respond_to?(:migration_context) ? connection : connection.pool
context = keeper.migration_context
direction == "up" ? context.migrate : context.down
