select
  tree.edge,
  tree.owned,
  tree.owned_key,
  tree.depth,
  tree.policy,
  tree.expires_at,
  tree.parent_edge,
  tree.parent_key,
  reasons.given
from lastwill.owned_tree as tree
join lastwill.edge as declared on declared.edge = tree.edge
left join lateral (
  select json_agg(why) as given
  from lastwill.why(tree.owned::regclass, tree.owned_key) as why
  where declared.one_by_one
) as reasons on true
where tree.owner = $1
  and tree.owner_key = $2
order by tree.depth, tree.edge, length(tree.owned_key), tree.owned_key
