-- :{written}
if coalesce(owner = :'owner', true) then
  -- What holds up the sweep holds up nobody who deletes a row.
  blocked := case when owner_key is null then lastwill.preview_blocked(:'owner') end;
  if owner_key is null and (blocked is null or owner is not null) then
    swept := array_append(swept, :'owner');
  end if;

  edge := :'owner';
  depth := 0;
  action := 'end';
  for rows, sample, blocked_by, places in
    select ending.rows, ending.sample, ending.blocked_by, ending.places
    from lastwill.:"ending"(owner_key) as ending
  loop
    :{take}
    blocked_by := nullif(
      concat_ws('; ', blocked, blocked_by, lastwill.preview_held_by(:'table_text', places)),
      ''
    );
    return next;
  end loop;
end if;
