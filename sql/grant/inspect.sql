-- These roles may see who owns what, session keys included.
:{grant} select on
  lastwill.edge,
  lastwill.owned,
  lastwill.owned_tree,
  lastwill.status,
  lastwill.orphan,
  lastwill.drift,
  lastwill.released,
  lastwill.sweep_run,
  lastwill.sweep_step,
  lastwill.sweep_setting,
  lastwill.hold,
  lastwill.quarantine,
  lastwill.outbox,
  lastwill.undecodable,
  lastwill.paused,
  lastwill.backfill
:{to} :{roles};
:{grant} execute on function lastwill.known_owner(text) :{to} :{roles};
:{routines}
