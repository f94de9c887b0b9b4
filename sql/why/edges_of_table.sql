select
  to_regclass($1)::text as found,
  array(
    select declared.edge
    from lastwill.edge as declared
    where declared.owned::regclass = to_regclass($1)
  ) as edges
