-- These roles may sweep, and need no right on any other table for it.
:{grant} execute on procedure lastwill.sweep(text, integer, boolean) :{to} :{roles};
:{grant} execute on procedure lastwill.sweep_owner(text, integer, boolean) :{to} :{roles};
:{grant} execute on function lastwill.known_owner(text) :{to} :{roles};
:{grant} execute on function lastwill.sweep_order(text, integer) :{to} :{roles};
:{grant} execute on function lastwill.sweep_begin(text, integer, boolean, bigint) :{to} :{roles};
:{grant} execute on function lastwill.sweep_next(bigint) :{to} :{roles};
:{grant} execute on function lastwill.sweep_end(bigint) :{to} :{roles};
:{routines}
:{grant} execute on function lastwill.pause(text, interval) :{to} :{roles};
:{grant} execute on function lastwill.resume(text) :{to} :{roles};
:{grant} select on
  lastwill.edge,
  lastwill.sweep_run,
  lastwill.sweep_setting,
  lastwill.hold
:{to} :{roles};
