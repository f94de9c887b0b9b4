-- Who owns what, with the row each owned row hangs on. lastwill.owned is made from it.
create view lastwill.owned_tree as
:{edges};

revoke all on table lastwill.owned_tree from public;

comment on view lastwill.owned_tree is
  :'comment';
