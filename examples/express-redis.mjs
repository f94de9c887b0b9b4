// Sessions that lie outside PostgreSQL, and rows in PostgreSQL that end with them.
// examples/README.md says how to run it.
import { argv, env } from "node:process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import express from "express";
import session from "express-session";
import pg from "pg";
import { adopt, touch } from "pg-lastwill";

/** How long a session lives after its last request, in seconds. */
const LIFETIME = 30 * 60;

/** Calls one of the session's methods that take a callback. */
const call = (target, method) => promisify(target[method]).call(target);

/**
 * Makes the application; `pool` is its database. express-session's own MemoryStore stands in for
 * Redis, so that the example runs by itself: pass `new RedisStore({ client })` of connect-redis.
 */
export function shop(pool, store = new session.MemoryStore()) {
  const app = express();
  app.use(express.json());
  app.use(
    session({
      store,
      secret: env.SECRET ?? "only for an example",
      resave: false,
      saveUninitialized: false,
      rolling: true,
      cookie: { maxAge: LIFETIME * 1000 },
    }),
  );

  // At each request the session lives on, and so does what it owns.
  app.use(async (request, _response, next) => {
    // A visitor who owns nothing needs no row.
    if (request.session.owner) await renew(request);
    next();
  });

  /** A minute longer than the store keeps the session: what it owns must not end before it. */
  async function renew(request) {
    request.session.owner = true;
    await touch(pool, "session", request.sessionID, LIFETIME + 60);
  }

  app.post("/drafts", async (request, response) => {
    // A foreign key points to the row that this makes.
    await renew(request);
    await pool.query("insert into drafts (session_key, body) values ($1, $2)", [
      request.sessionID,
      request.body.text,
    ]);
    response.sendStatus(201);
  });

  app.post("/carts", async (request, response) => {
    await renew(request);
    await pool.query("insert into carts (session_key, product) values ($1, $2)", [
      request.sessionID,
      request.body.product,
    ]);
    response.sendStatus(201);
  });

  app.post("/login", async (request, response) => {
    const { sessionID: guest } = request;
    const { cookie: _, ...data } = request.session;
    await call(request.session, "regenerate");
    Object.assign(request.session, data, { user: request.body.name });
    // First the new key, then what belonged to the old one, which then ends with nothing left.
    await renew(request);
    await adopt(pool, "session", guest, request.sessionID);
    await touch(pool, "session", guest, 0);
    response.sendStatus(204);
  });

  app.post("/logout", async (request, response) => {
    // Over, and at the next sweep so is what it owns.
    if (request.session.owner) await touch(pool, "session", request.sessionID, 0);
    await call(request.session, "destroy");
    response.clearCookie("connect.sid").sendStatus(204);
  });

  return app;
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const port = env.PORT ?? 3000;
  shop(new pg.Pool({ connectionString: env.DATABASE_URL })).listen(port, () =>
    console.log(`http://localhost:${port}`),
  );
}
