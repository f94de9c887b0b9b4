delete from lastwill.released as entry
where entry.edge operator(pg_catalog.=) any (:{edges})
  and entry.owner_key operator(pg_catalog.=) old_key::text;
