-- What there is to know of the tables whose oids are given: columns, keys, indexes, foreign keys.
select
  relation.oid::text as oid,
  relation.reltuples::bigint as estimated_rows,
  obj_description(relation.oid, 'pg_class') as comment,
  (
    select coalesce(json_agg(json_build_object(
      'name', attribute.attname,
      'type', format_type(coalesce(nullif(type.typbasetype, 0), type.oid), null),
      'declaredType', format_type(attribute.atttypid, attribute.atttypmod),
      'notNull', attribute.attnotnull or type.typnotnull,
      'hasDefault', attribute.atthasdef or attribute.attidentity <> '',
      'generated', attribute.attgenerated <> ''
    ) order by attribute.attnum), '[]')
    from pg_catalog.pg_attribute as attribute
    join pg_catalog.pg_type as type on type.oid = attribute.atttypid
    where attribute.attrelid = relation.oid
      and attribute.attnum > 0
      and not attribute.attisdropped
  ) as columns,
  (
    select coalesce(json_agg(json_build_object(
      'name', class.relname,
      'columns', (
        select json_agg(attribute.attname order by key.place)
        from unnest(index.indkey::smallint[]) with ordinality as key (attnum, place)
        left join pg_catalog.pg_attribute as attribute
          on attribute.attrelid = index.indrelid and attribute.attnum = key.attnum
        where key.place <= index.indnkeyatts
      ),
      'unique', index.indisunique and index.indimmediate,
      'primary', index.indisprimary,
      'valid', index.indisvalid,
      'partial', index.indpred is not null,
      'method', method.amname
    ) order by class.relname), '[]')
    from pg_catalog.pg_index as index
    join pg_catalog.pg_class as class on class.oid = index.indexrelid
    join pg_catalog.pg_am as method on method.oid = class.relam
    where index.indrelid = relation.oid
  ) as indexes,
  (
    select coalesce(json_agg(json_build_object(
      'name', constraint_.conname,
      'table', json_build_array(referencing_schema.nspname, referencing.relname),
      'columns', (
        select json_agg(attribute.attname order by key.place)
        from unnest(constraint_.conkey) with ordinality as key (attnum, place)
        join pg_catalog.pg_attribute as attribute
          on attribute.attrelid = constraint_.conrelid and attribute.attnum = key.attnum
      ),
      'referenced', json_build_array(referenced_schema.nspname, referenced.relname),
      'referencedColumns', (
        select json_agg(attribute.attname order by key.place)
        from unnest(constraint_.confkey) with ordinality as key (attnum, place)
        join pg_catalog.pg_attribute as attribute
          on attribute.attrelid = constraint_.confrelid and attribute.attnum = key.attnum
      ),
      'onDelete', constraint_.confdeltype,
      'onUpdate', constraint_.confupdtype,
      'validated', constraint_.convalidated,
      'definition', pg_get_constraintdef(constraint_.oid)
    ) order by referencing_schema.nspname, referencing.relname, constraint_.conname), '[]')
    from pg_catalog.pg_constraint as constraint_
    join pg_catalog.pg_class as referencing on referencing.oid = constraint_.conrelid
    join pg_catalog.pg_namespace as referencing_schema
      on referencing_schema.oid = referencing.relnamespace
    join pg_catalog.pg_class as referenced on referenced.oid = constraint_.confrelid
    join pg_catalog.pg_namespace as referenced_schema
      on referenced_schema.oid = referenced.relnamespace
    where constraint_.contype = 'f'
      and constraint_.conparentid = 0
      and constraint_.confrelid = relation.oid
  ) as inbound
from pg_catalog.pg_class as relation
join pg_catalog.pg_namespace as namespace on namespace.oid = relation.relnamespace
where relation.oid::text = any($1)
order by namespace.nspname, relation.relname;
