not exists (
  select
  from lastwill.released as entry
  where entry.edge = any(:{edges})
    and entry.owned_key = owned.:"key"::text
  :{offset}
)
