if blocked_by is null and (blocked is null or owner is not null) then
  :"gone" := :"gone" || places;
end if;
