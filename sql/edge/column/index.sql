-- Without it every row that ends would have all of its table searched for what it owns.
create index concurrently :"index" on :"owned" (:"by");
