-- Tables and views of schema lastwill: what their comments say, without the stamp, and who but
-- their owner may read them.
select
  relation.relname as name,
  case relation.relkind
    when 'v' then 'view'
    else 'table'
  end as kind,
  said.words as comment,
  array(
    select acl.grantee::regrole::text
    from aclexplode(relation.relacl) as acl
    where acl.privilege_type = 'SELECT'
      and acl.grantee <> relation.relowner
    order by 1
  ) as granted_to,
  (
    select json_agg(
      json_build_object(
        'name', attribute.attname,
        'type', format_type(attribute.atttypid, attribute.atttypmod),
        'comment', col_description(relation.oid, attribute.attnum)
      )
      order by attribute.attnum
    )
    from pg_attribute as attribute
    where attribute.attrelid = relation.oid
      and attribute.attnum > 0
      and not attribute.attisdropped
  ) as columns
from pg_class as relation
cross join lateral (
  select
    regexp_replace(obj_description(relation.oid, 'pg_class'), ' \[lastwill \w+\]$', '') as words
) as said
where relation.relnamespace = 'lastwill'::regnamespace
  and relation.relkind in ('r', 'v')
order by relation.relname collate "C"
