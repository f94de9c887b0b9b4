-- What `lastwill preview` shows; no migration runs this.
select
  told.edge,
  told.depth,
  told.action,
  told.rows,
  told.sample,
  told.blocked_by,
  told.reason,
  told.due_at
from lastwill.preview($1, $2) as told
