-- These roles may sweep, and need no right on any other table for it.
:{grant} execute on procedure lastwill.sweep(text) :{to} :{roles};
:{grant} execute on procedure lastwill.sweep_owner(text, text[], interval, integer) :{to} :{roles};
:{grant} execute on function lastwill.known_owner(text) :{to} :{roles};
:{grant} execute on function lastwill.sweep_started(text) :{to} :{roles};
:{grant} execute on function lastwill.sweep_batch(text, bigint, integer) :{to} :{roles};
:{grant} execute on function lastwill.sweep_ended(bigint, integer) :{to} :{roles};
:{grant} execute on function lastwill.pause(text, interval) :{to} :{roles};
:{grant} execute on function lastwill.resume(text) :{to} :{roles};
:{grant} select on lastwill.sweep_run :{to} :{roles};
