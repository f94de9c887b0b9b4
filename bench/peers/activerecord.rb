# Ends the expired sessions as a Rails application would. Says "ready", waits for a line, does it, and
# says "done": the start of Ruby is nobody's time.
require "active_record"
require "pg"

host, user, database = ARGV
ActiveRecord::Base.establish_connection(
  adapter: "postgresql", host: host, username: user, database: database, pool: 1
)

class Session < ActiveRecord::Base
  self.table_name = "session"
  self.primary_key = "sid"
  has_many :carts, foreign_key: "session_sid", dependent: :destroy
  has_many :uploads, foreign_key: "session_sid", dependent: :destroy
  after_destroy { Draft.find_by(id: sess["draftId"])&.destroy }
end

class Cart < ActiveRecord::Base
  has_many :items, class_name: "CartItem", dependent: :destroy
end

class CartItem < ActiveRecord::Base
end

class Upload < ActiveRecord::Base
end

class Draft < ActiveRecord::Base
end

[Session, Cart, CartItem, Upload, Draft].each(&:columns)
$stdout.sync = true
puts "ready"
$stdin.gets
Session.where("expire < localtimestamp").find_each(&:destroy)
puts "done"
