-- on_replace: keep. Such a row has no owner any more, and nobody ends it: not even for an owner
-- that let go of it before.
with cut as (
  delete from lastwill.:"link" as link
  where link.owner_key = :{owner}
    and link.owned_key <> all(:{named})
  returning link.owned_key
)
delete from lastwill.released as entry
using cut
where entry.edge = :'edge'
  and entry.owned_key = cut.owned_key::text;
