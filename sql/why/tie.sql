return query
select
  :'edge'::text,
  case
    when :{owner_there} then 'owned'
    :{unowned}
    else 'lingering'
  end,
  case
    when :{owner_there} then :{owner_key}
    else :{parent_key}
  end,
  array_remove(:{above}, null),
  :{expires_at},
  (
    select kept.message
    from lastwill.quarantine as kept
    where kept.edge = :'owner'
      and kept.key = :{owner_key}
  )
from (
  select (this).*
) as :"row"
:{joins}
where :{tied};
