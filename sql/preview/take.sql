if action in ('delete', 'archive') and blocked_by is null then
  :"gone" := :"gone" || places;
end if;
