-- What else there is to know of tables before anybody looks into them: whether one may, how large
-- they are, and whose they are. Partitions and the tables of extensions are nobody's to declare.
select
  relation.oid::text as oid,
  has_schema_privilege(relation.relnamespace, 'usage')
    and has_table_privilege(relation.oid, 'select') as readable,
  case
    -- To ask how large it is would wait for whoever holds it.
    when exists (
      select
      from pg_catalog.pg_locks as held
      where held.relation = relation.oid
        and held.database = (
          select here.oid
          from pg_catalog.pg_database as here
          where here.datname = current_database()
        )
        and held.mode = 'AccessExclusiveLock'
    ) then relation.relpages
    else pg_relation_size(relation.oid) / current_setting('block_size')::bigint
  end as pages,
  relation.relispartition
    or exists (
      select from pg_catalog.pg_depend as membership
      where membership.classid = 'pg_catalog.pg_class'::regclass
        and membership.objid = relation.oid
        and membership.deptype = 'e'
    ) as not_theirs
from pg_catalog.pg_class as relation
where relation.relkind = 'r'
