-- What is declared: a row for each edge, so that who looks at rows can say what holds for them.
create view lastwill.edge as
:{edges};

revoke all on table lastwill.edge from public;

comment on view lastwill.edge is
  :'comment';
comment on column lastwill.edge.edge is 'The edge: owner, dot, edge name.';
comment on column lastwill.edge.owner is 'The owner''s name in the manifest.';
comment on column lastwill.edge.owned is 'The table whose rows are owned.';
comment on column lastwill.edge.owned_by_key is 'The columns whose values name an owned row.';
comment on column lastwill.edge.depth is
  '1 for what the owner owns itself, 2 for what that owns, and so on.';
comment on column lastwill.edge.parent_edge is
  'The edge that this one hangs below; null where it hangs on the owner itself.';
comment on column lastwill.edge.kind is 'column, polymorphic, through or data.';
comment on column lastwill.edge.tied_by is 'What ties an owned row to what it hangs on.';
comment on column lastwill.edge.policy is
  'What happens to a row when its last owner ends: cascade, set_null, soft_delete, archive.';
comment on column lastwill.edge.policy_target is
  'The archive that keeps the row, or the column that marks it or is set null; else null.';
comment on column lastwill.edge.one_by_one is
  'Whether each row is asked for other owners and for what keeps it; else a foreign key ends it.';
comment on column lastwill.edge.grace is 'How long a released row waits; 0 for not at all.';
comment on column lastwill.edge.keep_when is
  'A row for which this holds survives; null if there is no such condition.';
comment on column lastwill.edge.claim is
  'A row whose column of this name is filled survives; null if there is none.';
comment on column lastwill.edge.guard is
  'Only rows for which this holds are tied; null if there is no such condition.';
comment on column lastwill.edge.on_replace is
  'What becomes of a row when its owner names another or none: release, keep; data edges only.';
