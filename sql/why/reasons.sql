select
  why.edge,
  why.reason,
  why.owner_key,
  why.above,
  why.until,
  why.detail
from lastwill.why(to_regclass($1), $2) as why
