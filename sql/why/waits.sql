return query
select
  entry.edge,
  'released',
  -- A row that lingered was let go of by nobody: see lastwill.release_orphans.
  case
    when entry.owner_key not like 'orphan %' then entry.owner_key
  end,
  null::text[],
  entry.due_at,
  null::text
from lastwill.released as entry
where entry.edge = any(:{edges})
  and entry.owned_key = :{key}::text;

return query
select
  kept.edge,
  'quarantined',
  null::text,
  null::text[],
  kept.next_try,
  kept.message
from lastwill.quarantine as kept
where kept.edge = any(:{edges})
  and kept.key = :{key}::text;
