-- Whether PostgreSQL understands a condition over an owner and a row it names; it plans it, and
-- executes nothing. Both tables are there twice, so that a column without owner or owned before it
-- is ambiguous. The parameter brings the extended protocol, which takes one statement and no more.
explain
select
from (select where $1::text is null) as parameter
cross join :"owner" as owner
cross join :"owned" as owned
cross join :"owner" as owner_again
cross join :"owned" as owned_again
where (
  :{condition}
);
