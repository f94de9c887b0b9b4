detail = pg_catalog.concat(
  :'which',
  pg_catalog.array_to_string(orphans[1:5], ', '),
  case when pg_catalog.cardinality(orphans) > 5 then ', …' else '.' end
),
