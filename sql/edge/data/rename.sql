update lastwill.:"link" as link
set owner_key = :{new_key}
where link.owner_key = :{old_key};
