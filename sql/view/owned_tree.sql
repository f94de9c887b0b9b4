-- Who owns what, with the row each owned row hangs on. lastwill.owned is made from it.
create view lastwill.owned_tree as
:{edges};

revoke all on table lastwill.owned_tree from public;

comment on view lastwill.owned_tree is
  :'comment';
comment on column lastwill.owned_tree.owner is 'The owner''s name in the manifest.';
comment on column lastwill.owned_tree.owner_key is
  'The key of the owner row, as text. A session key is a secret.';
comment on column lastwill.owned_tree.edge is 'What ties the row: owner, dot, edge name.';
comment on column lastwill.owned_tree.owned is 'The table of the owned row.';
comment on column lastwill.owned_tree.owned_key is 'The key of the owned row, as text.';
comment on column lastwill.owned_tree.depth is
  '1 for what the owner owns itself, 2 for what that owns, and so on.';
comment on column lastwill.owned_tree.policy is 'What happens to the row when its last owner ends.';
comment on column lastwill.owned_tree.expires_at is
  'When the owner expires as things stand; null means never.';
comment on column lastwill.owned_tree.parent_edge is
  'What ties the row that it hangs on; null where that is the owner''s own row.';
comment on column lastwill.owned_tree.parent_key is
  'The key of the row that it hangs on, as text. A secret where that is the owner''s own row.';
