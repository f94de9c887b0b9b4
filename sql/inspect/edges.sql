select
  declared.edge,
  declared.owner,
  declared.owned,
  declared.depth,
  declared.parent_edge,
  declared.kind,
  declared.tied_by,
  declared.policy,
  declared.policy_target,
  declared.one_by_one,
  -- A grace has one unit, and reads best in it.
  extract(epoch from declared.grace)::bigint as grace_seconds,
  declared.keep_when,
  declared.claim,
  declared.guard,
  declared.on_replace
from lastwill.edge as declared
