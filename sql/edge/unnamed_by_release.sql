not exists (
  select
  from lastwill.released as entry
  where entry.edge operator(pg_catalog.=) any (
      :{edges}
    )
    and entry.owned_key operator(pg_catalog.=) owned.:"key"::text
    -- Reckoned so, and with the offset, it is a look-up by the row's key for each row: the planner
    -- never knows how long a queue is, and would take any other index or join for as good.
    and (entry.due_at operator(pg_catalog.+) interval '0') operator(pg_catalog.>) pg_catalog.now()
  offset 0
)
