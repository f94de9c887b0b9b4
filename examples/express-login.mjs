// A login that gives the session a new id, as it should, and loses nothing of the guest's.
// examples/README.md says how to run it.
import { argv, env } from "node:process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import connectPgSimple from "connect-pg-simple";
import express from "express";
import session from "express-session";
import pg from "pg";
import { adopt, claim } from "pg-lastwill";

const PgStore = connectPgSimple(session);

/** Calls one of the session's methods that take a callback. */
const call = (target, method) => promisify(target[method]).call(target);

/** Makes the application; `pool` is its database. */
export function shop(pool) {
  const app = express();
  app.use(express.json());
  app.use(
    session({
      // The sweep ends what has expired, so the store need not.
      store: new PgStore({ pool, pruneSessionInterval: false }),
      secret: env.SECRET ?? "only for an example",
      resave: false,
      saveUninitialized: false,
      cookie: { maxAge: 30 * 60 * 1000 },
    }),
  );

  app.post("/drafts", async (request, response) => {
    const draft = await pool.query("insert into drafts (body) values ($1) returning id", [
      request.body.text,
    ]);
    // A key that this server made: what a session names ends with it.
    request.session.draftId = draft.rows[0].id;
    response.sendStatus(201);
  });

  app.post("/carts", async (request, response) => {
    await saved(request);
    await pool.query("insert into carts (session_sid, product) values ($1, $2)", [
      request.sessionID,
      request.body.product,
    ]);
    response.sendStatus(201);
  });

  app.post("/favourites", async (request, response) => {
    await saved(request);
    await pool.query("insert into favourites (session_sid, user_id, product) values ($1, $2, $3)", [
      request.sessionID,
      request.session.userId ?? null,
      request.body.product,
    ]);
    response.sendStatus(201);
  });

  app.post("/login", async (request, response) => {
    const userId = await findUser(request.body.name);
    const { sessionID: guest } = request;
    const { cookie: _, ...data } = request.session;

    // The guest's favourites are the user's from now on.
    await claim(pool, "session", guest, userId);
    // The row of the old session goes. Draft and cart are released, and wait.
    await call(request.session, "regenerate");
    // The new one names the draft, and so takes it back.
    Object.assign(request.session, data, { userId });
    await call(request.session, "save");
    // The cart holds the old id, and is given the new one.
    await adopt(pool, "session", guest, request.sessionID);

    response.sendStatus(204);
  });

  app.post("/logout", async (request, response) => {
    await call(request.session, "destroy");
    response.clearCookie("connect.sid").sendStatus(204);
  });

  /** A foreign key points to the session's row, which else is written when the response ends. */
  async function saved(request) {
    request.session.shopping = true;
    await call(request.session, "save");
  }

  /** Without a password, this being an example. */
  async function findUser(name) {
    const { rows } = await pool.query(
      `insert into users (name) values ($1)
       on conflict (name) do update set name = excluded.name
       returning id`,
      [name],
    );
    return rows[0].id;
  }

  return app;
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const port = env.PORT ?? 3000;
  shop(new pg.Pool({ connectionString: env.DATABASE_URL })).listen(port, () =>
    console.log(`http://localhost:${port}`),
  );
}
