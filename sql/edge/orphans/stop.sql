-- Rows of :"owned" that name no row of :"parent" would stop the check that comes next, and it
-- would show the key of one that is missing. Here it is said how many they are, which (five of
-- them at most), and what to do. Nothing is changed, so the migration can be run again.
do $lastwill$
#variable_conflict use_variable
declare
  orphans text[];
begin
  orphans := array(
    select :{shown}
    from only :"owned" as owned
    where :{orphan}
    limit 100000
  );

  if pg_catalog.cardinality(orphans) = 0 then
    return;
  end if;

  raise exception using
    errcode = '23503',
    message = pg_catalog.concat(
      :'table',
      case pg_catalog.cardinality(orphans)
        when 1 then ': 1 row names'
        when 100000 then ': 100,000 or more rows name'
        else pg_catalog.concat(': ', pg_catalog.cardinality(orphans), ' rows name')
      end,
      :'missing'
    ),
    :{detail}
    hint =
      :'hint';
end;
$lastwill$;
