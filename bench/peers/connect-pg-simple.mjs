import connectPgSimple from "connect-pg-simple";
import session from "express-session";
import pg from "pg";

/** The store's own pruning, by the store itself. */
export async function storePrunes({ where }) {
  const pool = new pg.Pool({ ...where, max: 1 });
  await pool.query("select");
  const Store = connectPgSimple(session);
  const store = new Store({ pool, pruneSessionInterval: false });
  return {
    endExpired: () =>
      new Promise((resolve, reject) => {
        store.pruneSessions((error) => (error ? reject(error) : resolve()));
      }),
    close: async () => {
      await store.close();
      await pool.end();
    },
  };
}
