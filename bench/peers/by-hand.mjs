/** All that has expired, in an order of its own. */
const EXPIRED = "select sid from session where expire < localtimestamp";

/** A session that is still expired, and is kept so. */
const LOCKED = `
  select sess ->> 'draftId' as draft
  from session
  where sid = $1 and expire < localtimestamp
  for update`;

/** A job of the application that ends one session after another, each in a transaction. */
function oneByOne(end) {
  return ({ client }) => ({
    endExpired: async () => {
      const { rows } = await client.query(EXPIRED);
      for (const { sid } of rows) {
        await client.query("begin");
        const locked = await client.query(LOCKED, [sid]);
        if (locked.rowCount === 1) await end(client, sid, locked.rows[0].draft);
        await client.query("commit");
      }
    },
  });
}

/** What an ORM's callbacks do, without the ORM: every row is loaded, and deleted by its key. */
export const callbacks = oneByOne(async (client, sid, draft) => {
  const carts = await client.query("select * from carts where session_sid = $1", [sid]);
  for (const cart of carts.rows) {
    const items = await client.query("select * from cart_items where cart_id = $1", [cart.id]);
    for (const { id } of items.rows) {
      await client.query("delete from cart_items where id = $1", [id]);
    }
    await client.query("delete from carts where id = $1", [cart.id]);
  }
  const uploads = await client.query("select * from uploads where session_sid = $1", [sid]);
  for (const { id } of uploads.rows) await client.query("delete from uploads where id = $1", [id]);
  await client.query("delete from session where sid = $1", [sid]);
  await client.query("delete from drafts where id = $1", [draft]);
});

/** One statement for each table. */
export const statementPerTable = oneByOne(async (client, sid, draft) => {
  await client.query(
    "delete from cart_items where cart_id in (select id from carts where session_sid = $1)",
    [sid],
  );
  await client.query("delete from carts where session_sid = $1", [sid]);
  await client.query("delete from uploads where session_sid = $1", [sid]);
  await client.query("delete from session where sid = $1", [sid]);
  await client.query("delete from drafts where id = $1", [draft]);
});

/** The keys are fetched and locked, then every table is done at once, all in one transaction. */
export function setBased({ client }) {
  const locked = async (sql, values) => (await client.query(`${sql} for update`, values)).rows;
  return {
    endExpired: async () => {
      await client.query("begin");
      const sessions = await locked(
        "select sid, sess ->> 'draftId' as draft from session where expire < localtimestamp",
      );
      const sids = sessions.map(({ sid }) => sid);
      const drafts = sessions.map(({ draft }) => draft);
      const carts = await locked("select id from carts where session_sid = any($1)", [sids]);
      const cartIds = carts.map(({ id }) => id);
      await client.query("delete from cart_items where cart_id = any($1)", [cartIds]);
      await client.query("delete from carts where id = any($1)", [cartIds]);
      await client.query("delete from uploads where session_sid = any($1)", [sids]);
      await client.query("delete from session where sid = any($1)", [sids]);
      await client.query("delete from drafts where id = any($1)", [drafts]);
      await client.query("commit");
    },
  };
}
