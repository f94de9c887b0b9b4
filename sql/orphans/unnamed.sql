-- Whether there are owners, rows that linger by an edge, and not one that an owner names by it.
select
  exists (select from lastwill.orphan as orphan where orphan.edge = $1)
    and not exists (select from lastwill.owned as owned where owned.edge = $1)
    and exists (
      select
      from lastwill.status as status
      where status.owner = $2
        and status.live > 0
    ) as unnamed
