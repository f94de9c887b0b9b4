not exists (
  select
  from lastwill.released as entry
  where entry.edge operator(pg_catalog.=) any (
      :{edges}
    )
    and entry.owned_key operator(pg_catalog.=) owned.:"key"::text
    and (entry.due_at operator(pg_catalog.-) pg_catalog.now()) operator(pg_catalog.>) interval '0'
)
