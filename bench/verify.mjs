/**
 * Exactly so many sessions are left, `expired` of them, with all they own, and no row of anybody
 * else's but `strayDrafts` drafts. Anything else ends the benchmark.
 */
export async function verify(client, name, { sessions, expired = 0, strayDrafts = 0 }) {
  const { rows } = await client.query(`
    select
      (select count(*) from session)::integer as sessions,
      (select count(*) from session where expire < localtimestamp)::integer as expired,
      (select count(*) from carts)::integer as carts,
      (select count(*) from carts join session on sid = session_sid)::integer as owned_carts,
      (select count(*) from cart_items)::integer as items,
      (select count(*) from cart_items join carts on carts.id = cart_id)::integer as owned_items,
      (select count(*) from uploads)::integer as uploads,
      (select count(*) from uploads join session on sid = session_sid)::integer as owned_uploads,
      (select count(*) from drafts)::integer as drafts,
      (
        select count(*) from session join drafts on drafts.id = (sess ->> 'draftId')::bigint
      )::integer as named_drafts`);
  insist(name, rows[0], {
    sessions,
    expired,
    carts: sessions,
    owned_carts: sessions,
    items: sessions * 5,
    owned_items: sessions * 5,
    uploads: sessions * 2,
    owned_uploads: sessions * 2,
    drafts: sessions + strayDrafts,
    named_drafts: sessions,
  });
}

/** Ends the benchmark unless the figures are those expected. */
export function insist(name, figures, expected) {
  if (JSON.stringify(figures) !== JSON.stringify(expected)) {
    throw new Error(
      `"${name}" left ${JSON.stringify(figures)}, and not ${JSON.stringify(expected)}`,
    );
  }
}
