-- These roles may drain the outbox, and need no right on any table for it.
:{grant} execute on function lastwill.outbox_take(integer, interval, integer, text[])
  :{to} :{roles};
:{grant} execute on function lastwill.outbox_done(bigint[]) :{to} :{roles};
:{grant} execute on function lastwill.outbox_failed(bigint, integer, text, interval, integer)
  :{to} :{roles};
:{grant} execute on function lastwill.outbox_give_back(bigint[]) :{to} :{roles};
:{grant} execute on function lastwill.outbox_retry(bigint) :{to} :{roles};
