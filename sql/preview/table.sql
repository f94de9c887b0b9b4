-- :{written}
for edge, depth, action, reason, blocked_by, due_at, rows, sample, places in
  :{found}
loop
  :{take}
  blocked_by := nullif(
    concat_ws(
      '; ',
      blocked,
      blocked_by,
      case
        when action in ('delete', 'archive') then
          lastwill.preview_held_by(:'table_text', places)
      end
    ),
    ''
  );
  return next;
end loop;
