/** connect-pg-simple's own pruning, its parameter filled in. */
const PRUNE = "delete from session where expire < localtimestamp";

/**
 * The limit: the same rows deleted in sets, children first, ids in arrays, in one transaction, with no
 * foreign key and no trigger in the way. It is right only while nobody else writes.
 */
const IN_SETS = `
  do $$
  declare
    sids text[];
    cart_ids bigint[];
    draft_ids bigint[];
  begin
    select array_agg(sid), array_agg((sess ->> 'draftId')::bigint)
    into sids, draft_ids
    from session
    where expire < localtimestamp;

    select array_agg(id) into cart_ids from carts where session_sid = any(sids);

    delete from cart_items where cart_id = any(cart_ids);
    delete from carts where id = any(cart_ids);
    delete from uploads where session_sid = any(sids);
    delete from drafts where id = any(draft_ids);
    delete from session where sid = any(sids);
  end $$`;

const SWEEP = "call lastwill.sweep()";

/** A way that is one statement. */
const statement = (sql) => (given) => ({ endExpired: () => given.client.query(sql) });

export const ours = { name: "ours", layout: "ours", connect: statement(SWEEP) };

export const oursTwoWorkers = {
  name: "ours, two workers",
  layout: "ours",
  connect: async ({ client, another }) => {
    const second = await another();
    const calls = () => [client.query(SWEEP), second.query("call lastwill.sweep(worker => 2)")];
    return { endExpired: () => Promise.all(calls()) };
  },
};

export const inSets = { name: "in sets", layout: "plain", connect: statement(IN_SETS) };

export const prune = {
  name: "prune",
  layout: "cascade",
  leavesDrafts: true,
  connect: statement(PRUNE),
};

export const pruneOurTriggers = {
  name: "prune, our triggers",
  layout: "ours",
  connect: statement(PRUNE),
};

export const other = { name: "other", layout: "other", connect: statement(SWEEP) };

/** The same once more, under another name. */
export const again = (way) => ({ ...way, name: `${way.name} again` });
