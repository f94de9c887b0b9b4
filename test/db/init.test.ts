import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readCatalog } from "../../src/catalog.ts";
import { initCommand } from "../../src/commands/init.ts";
import { onlyReading } from "../../src/init/ask.ts";
import { readManifest } from "../../src/manifest/read.ts";
import { resolve } from "../../src/resolve/resolve.ts";
import { type TestDatabase, withDatabase } from "../support/database.ts";
import { djangoSession } from "../support/encoders/django.ts";
import { laravelSession } from "../support/encoders/php.ts";
import { makeRails, SHOP, SIXTY } from "../support/init-databases.ts";

/** What init writes for a database; that it fits the database init itself makes sure of. */
async function written(db: TestDatabase, url = db.url): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "lw-init-"));
  try {
    const manifest = join(folder, "ownership.yaml");
    expect(await initCommand({ manifest, database: url })).toBe(0);
    return readFileSync(manifest, "utf8");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The same without the margins, and each comment in one line however it was wrapped. */
async function lines(db: TestDatabase, url?: string): Promise<string> {
  const whole: string[] = [];
  for (const line of (await written(db, url)).split("\n").map((each) => each.trim())) {
    const goesOn = /^# +(?!- )/.test(line) && /^#.*[^.}:]$/.test(whole.at(-1) ?? "");
    if (goesOn) whole.push(`${whole.pop()} ${line.replace(/^# +/, "")}`);
    else whole.push(line);
  }
  return whole.join("\n");
}

async function inDatabase(sql: string, look: (text: string, db: TestDatabase) => unknown) {
  await withDatabase(async (db) => {
    await db.query(sql);
    await look(await lines(db), db);
  });
}

const SESSIONS = `
  create table session (sid varchar primary key, sess json not null, expire timestamp(6) not null);
  insert into session
  select md5(n::text), json_build_object('n', n), now() at time zone 'UTC' + interval '1 hour'
  from generate_series(1, 20) as n;`;

describe("a shop on connect-pg-simple", () => {
  test("has one owner, and all that is a session's below it", () =>
    withDatabase(async (db) => {
      await db.query(SHOP);
      const { manifest } = readManifest(await written(db), "ownership.yaml");
      const tables = manifest.owners.map(({ name, owns }) => [
        name,
        owns.map(({ table }) => table),
      ]);
      expect(tables).toEqual([
        ["session", ["carts", "documents", "attachments", "drafts", "uploads"]],
      ]);
    }));

  test.each([
    "# session has the columns of connect-pg-simple.\n",
    "# carts.session_sid → session.sid: 400 of 400 sampled values exist.\n",
    "- table: carts\nby: session_sid\nkeep_when: >-\nuser_id is not null\nor exists (select from orders where orders.cart_id = carts.id)\nor exists",
    "- table: cart_items\nby: cart_id\n",
    "- table: documents\nthrough: { table: session_documents, owner: session_sid, owned: document_id }\n",
    "- table: attachments\nby: { column: owner_id, type_column: owner_type, type: Session }\n",
    "# draftId → drafts.id: 498 of 500 sampled values exist.\n- table: drafts\nfrom: draftId\n",
    '# wizard.uploads[].id → uploads.id: 500 of 500 sampled values exist.\n- table: uploads\nfrom: "wizard.uploads[].id"\n',
    "# orders.session_sid refers to session.sid.\n# Decide, for its foreign key keeps the session from ending, which gen-migrations refuses: by its name, a row of orders outlives a session; with this line it stays, and loses its session_sid.\n# - { table: orders, by: session_sid, on_delete: set_null }\n",
    "# orders.cart_id refers to carts, and what it refers to stays: by its name, a row of orders outlives a session; an index on orders (cart_id) would make that quick to see.\n",
    "exists (select from orders where orders.cart_id = carts.id)",
    "exists (select from payments where payments.cart_id = carts.id)",
    "exists (select from users where users.last_cart_id = carts.id)",
    "# Not declared: by its name, a row of feedback may be kept for longer than a session.\n# - { table: feedback, by: session_sid }",
    "# - purchases.session_sid → session.sid: 50 of 50 sampled values exist; by its name, a row of purchases outlives a session.",
  ])("writes %j", (expected) => inDatabase(SHOP, (text) => expect(text).toContain(expected)));

  test("leaves alone what sessions merely mention, and says why", () =>
    inDatabase(SHOP, (text) => {
      expect(text).not.toMatch(/^- table: (?:users|products|page_views)$/m);
      expect(text).toContain(
        "# - userId → users.id: 40 of 40 sampled values exist; by its name, a row of users outlives a session.",
      );
      expect(text).toContain("# - lastProduct.id → products.id: 7 of 7 sampled values exist;");
      expect(text).toContain("# - page_views.session_id → session.sid: 499 of 500 sampled");
    }));

  test("shows no session's key and none of its data", () =>
    inDatabase(SHOP, (text) => expect(text).not.toMatch(/[0-9a-f]{32}|9499/)));
});

describe("data in other formats is decoded, and nothing is installed for it", () => {
  const schemas = "select nspname from pg_namespace where nspname = 'lastwill'";

  test("Rails' Marshal", () =>
    withDatabase(async (db) => {
      await makeRails(db);
      const text = await lines(db);
      expect(text).toContain("store: rails\n");
      expect(text).toContain(
        "# cart_id → carts.id: 200 of 202 sampled values exist.\n- table: carts\n",
      );
      expect(text).toContain("- table: line_items\nby: cart_id\n");
      expect(text).not.toContain("- table: accounts");
      expect(await db.query(schemas)).toEqual([]);
    }));

  test.each([
    ["laravel", "sessions", "'k' || $1::int, null, '', '', $2, 1700000000", laravelSession],
    ["django", "django_session", "'k' || $1::int, $2, now()", djangoSession],
  ])("%s's", (store, table, values, encode) =>
    withDatabase(async (db) => {
      const schema = new URL(`../samples/${store}.schema.sql`, import.meta.url);
      await db.query(readFileSync(schema, "utf8"));
      await db.query("create table public.shop_cart (id bigint primary key)");
      for (let n = 1; n <= 12; n++) {
        await db.query("insert into public.shop_cart values ($1)", [n]);
        await db.query(`insert into public.${table} values (${values})`, [
          n,
          encode({ cart: { id: n } }),
        ]);
      }
      const text = await lines(db);
      expect(text).toContain(`store: ${store}\n`);
      expect(text).toContain(
        "# cart.id → shop_cart.id: 12 of 12 sampled values exist.\n- table: shop_cart\nfrom: cart.id\n",
      );
      expect(await db.query(schemas)).toEqual([]);
    }),
  );

  test("what cannot be decoded is said, and the rest goes on", () =>
    withDatabase(async (db) => {
      const schema = new URL("../samples/laravel.schema.sql", import.meta.url);
      await db.query(readFileSync(schema, "utf8"));
      await db.query(
        "insert into public.sessions values ('k', null, '', '', 'sealed', 1700000000)",
      );
      expect(await lines(db)).toContain(
        "# none of 1 sampled sessions could be decoded as php; is the data encrypted?.",
      );
    }));
});

describe("sessions without data", () => {
  test("better-auth's own their rows by column, and mention their user", () =>
    withDatabase(async (db) => {
      for (const name of ["user", "session"]) {
        for (const ending of [".schema.sql", ".sql"]) {
          const file = new URL(`../samples/better-auth-${name}${ending}`, import.meta.url);
          await db.query(readFileSync(file, "utf8"));
        }
      }
      await db.query(
        'create table public.draft (id bigint primary key, "sessionId" text references public.session)',
      );
      const text = await lines(db);
      expect(text).toContain("store: better-auth\n");
      expect(text).toContain("- table: draft\nby: sessionId\n");
      expect(text).toContain("# - session.userId → user.id:");
    }));

  test("a table of sessions that no store is known for gives its key, expiry and data", () =>
    inDatabase(
      `create table guest_sessions (id uuid primary key, data jsonb, expires_at timestamptz not null, cart_id bigint);
       create table carts (id bigint primary key);
       insert into carts select n from generate_series(1, 9) as n;
       insert into guest_sessions select gen_random_uuid(), '{}', now(), n from generate_series(1, 9) as n`,
      (text) => {
        expect(text).toContain(
          "guest_session:\n# guest_sessions has an expiry, expires_at, and a key, id.\n" +
            "# expires_at has a time zone: there is nothing to decide.\n" +
            "table: guest_sessions\nkey: id\nexpires: expires_at\ndata: { column: data }\n",
        );
        expect(text).toContain("- table: carts\nfrom: { column: cart_id }\n");
      },
    ));

  test.each([
    ["1700000000", "seconds"],
    ["1700000000000", "milliseconds"],
  ])("an expiry of %s is in %s", (expiry, unit) =>
    inDatabase(
      `create table visit_session (id text primary key, expires bigint); insert into visit_session values ('a', ${expiry})`,
      (text) => expect(text).toContain(`expires: { column: expires, unit: ${unit} }`),
    ),
  );
});

describe("an expiry without a time zone", () => {
  const cookie = (zone: string) => `
    create table session (sid varchar primary key, sess json not null, expire timestamp(6) not null);
    insert into session
    select n, json_build_object('cookie', json_build_object(
      'expires', to_char(now() at time zone 'UTC' + interval '1 day', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
    )), now() at time zone '${zone}' + interval '1 day'
    from generate_series(1, 10) as n;`;
  const inBerlin = async (sql: string, look: (text: string) => void) =>
    withDatabase(async (db) => {
      await db.query(`alter database ${db.name} set timezone to 'Europe/Berlin'`);
      await db.query(sql);
      look(await lines(db));
    });

  test.each(["Europe/Berlin", "UTC"])("is in %s when the cookies in the data say so", (zone) =>
    inBerlin(cookie(zone), (text) => {
      expect(text).toContain(
        `read in ${zone}, 10 of 10 sampled sessions end when their cookie does.`,
      );
      expect(text).toContain(`expires: { column: expire, zone: ${zone} }`);
    }),
  );

  test("is where the last write would else lie in the future", () =>
    inBerlin(
      `create table sessions (id bigint primary key, session_id varchar unique, data text, created_at timestamp, updated_at timestamp);
       insert into sessions values (1, 'a', null, now(), now() at time zone 'Europe/Berlin')`,
      (text) => {
        expect(text).toContain(
          "expires: { column: updated_at, after: 30 days, zone: Europe/Berlin }",
        );
      },
    ));

  test("is taken for UTC, and said to be a guess, when nothing tells", () =>
    inBerlin(SESSIONS, (text) => {
      expect(text).toContain("UTC is assumed, so make sure which it is.");
      expect(text).not.toContain("expires:");
    }));
});

/** A manifest with a doubtful find declared: the "# " of its YAML taken away, and of the `owns:` above. */
function declaring(text: string, find: string): string {
  return text
    .replaceAll(/^( *)# (owns:)$/gm, "$1$2")
    .replace(`# - { table: ${find}`, `- { table: ${find}`);
}

async function faults(db: TestDatabase, text: string): Promise<readonly unknown[]> {
  const client = await db.connect();
  const { manifest } = readManifest(text, "ownership.yaml");
  return resolve(manifest, await readCatalog(client, manifest)).faults;
}

describe("what is doubtful is a comment that can be declared", () => {
  test("rows of sessions that are gone end only when somebody says so", () =>
    withDatabase(async (db) => {
      await db.query(`${SESSIONS}
        create table carts (id bigint primary key, session_sid varchar);
        create table cart_items (id bigint primary key, cart_id bigint references carts on delete cascade);
        insert into carts select n, md5(n::text) from generate_series(1, 30) as n`);
      const text = await written(db);
      expect(text).toContain("20 of 30 sampled values exist");
      const find =
        "carts, by: session_sid, orphans: delete, owns: [{ table: cart_items, by: cart_id }] }";
      expect(text).toContain(`      # - { table: ${find}`);
      const declared = declaring(text, "carts");
      expect(readManifest(declared, "ownership.yaml").manifest.owners[0]?.owns).toHaveLength(1);
      expect(await faults(db, declared)).toEqual([]);
    }));

  test("a user's rows need a column that can be null first, and the statement is given", () =>
    withDatabase(async (db) => {
      await db.query(`${SESSIONS}
        create table carts (id bigint primary key, session_sid varchar not null, user_id bigint);
        insert into carts select n, md5(n::text), null from generate_series(1, 9) as n`);
      const text = await written(db);
      const statement = "alter table public.carts alter column session_sid drop not null";
      expect(text.replaceAll(/\n *# /g, " ")).toContain(`first run: ${statement}.`);
      await db.query(statement);
      expect(await faults(db, declaring(text, "carts"))).toEqual([]);
    }));

  test("a row that is tied twice is declared once, and a user's is kept", () =>
    inDatabase(
      `create table session (sid varchar primary key, sess json not null, expire timestamp(6) not null);
       create table carts (id bigint primary key, session_sid varchar references session, user_id bigint);
       create table cart_items (id bigint primary key, cart_id bigint references carts on delete cascade);
       create table drafts (id bigint primary key, user_id bigint);
       insert into session
       select n, json_build_object('cartId', n, 'items', json_build_array(json_build_object('cart_item_id', n)), 'draft', n), now()
       from generate_series(1, 10) as n;
       insert into carts select n, n from generate_series(1, 10) as n;
       insert into cart_items select n, n from generate_series(1, 10) as n;
       insert into drafts select n from generate_series(1, 10) as n`,
      (text) => {
        expect(text).toContain("- table: carts\nby: session_sid\nkeep_when: user_id is not null\n");
        expect(text).toContain("- table: cart_items\nby: cart_id\n");
        expect(text).toContain("- table: drafts\nfrom: draft\nkeep_when: user_id is not null\n");
        expect(text).toContain(
          "# Not declared: carts is tied by session_sid already; with cartId too a row ends with the last of both.",
        );
        expect(text).toContain(
          '# Not declared: owner "session" has another edge named "cart_items"',
        );
      },
    ));

  test("rows that belong to a user each are a doubt", () =>
    inDatabase(
      `${SESSIONS}
       create table notes (id bigint primary key, session_sid varchar, user_id bigint not null);
       insert into notes select n, md5(n::text), n from generate_series(1, 9) as n`,
      (text) => {
        expect(text).toContain(
          "# Not declared: each row has a user_id, so it may be somebody's for good.",
        );
        expect(text).toContain("# - { table: notes, by: session_sid }");
      },
    ));

  test("a row that a session has only looked at", () =>
    inDatabase(
      `create table session (sid varchar primary key, sess json not null, expire timestamp(6) not null);
       create table drafts (id bigint primary key);
       insert into drafts select n from generate_series(1, 20) as n;
       insert into session
       select n, json_build_object('lastViewed', json_build_object('draftId', n)), now() from generate_series(1, 20) as n`,
      (text) =>
        expect(text).toContain(
          "# lastViewed.draftId → drafts.id: 20 of 20 sampled values exist.\n" +
            "# Not declared: by its name, the session has only looked at it.\n# - { table: drafts, from: lastViewed.draftId }",
        ),
    ));

  test("too few or too many missing values", () =>
    inDatabase(
      `create table session (sid varchar primary key, sess json not null, expire timestamp(6) not null);
       create table drafts (id bigint primary key);
       create table notes (id bigint primary key);
       insert into drafts values (1), (2);
       insert into notes select n from generate_series(1, 10) as n;
       insert into session select n, json_build_object('draft_id', nullif(n, n / 3 * 3), 'noteId', n), now()
       from generate_series(1, 20) as n;`,
      (text) => {
        expect(text).toContain(
          "# noteId → notes.id: 10 of 20 sampled values exist.\n# Not declared: too many",
        );
        expect(text).toContain("# - { table: notes, from: noteId }");
        expect(text).toContain("# - { table: drafts, from: draft_id }");
      },
    ));

  test("a column that refers to another table, or may, is no key of a session", () =>
    inDatabase(
      `create table sessions (id serial primary key, "userId" int not null, expires timestamptz not null, "sessionToken" varchar not null);
       create table training_sessions (id serial primary key, title text);
       create table drafts (id int primary key, session_id int not null references training_sessions on delete cascade);
       create table uploads (id int primary key, session_id int not null);
       insert into sessions select n, n, now() + interval '1 day', md5(n::text) from generate_series(1, 30) as n;
       insert into training_sessions select n, '' from generate_series(1, 30) as n;
       insert into drafts select n, n from generate_series(1, 30) as n;
       insert into uploads select n, n from generate_series(1, 30) as n`,
      (text) => {
        expect(text).not.toContain("drafts");
        expect(text).toContain(
          "# Not declared: it may name a row of training_sessions as well: numbers are keys of any table.\n# - { table: uploads",
        );
      },
    ));

  test("what rows say of themselves: a status, what they refer to, a column that is always filled", () =>
    inDatabase(
      `${SESSIONS}
       create table orders (id bigint primary key);
       create table posts (id bigint primary key);
       insert into posts values (1);
       create table carts (id bigint primary key, session_sid varchar references session on delete cascade, status text);
       create table carts_tmp (id bigint primary key, session_sid varchar, status text);
       create table baskets (id bigint primary key, session_sid varchar, state text);
       create table uploads (id bigint primary key, session_sid varchar, post_id bigint references posts);
       create table drafts (id bigint primary key, session_sid varchar, order_id bigint references orders, attached boolean);
       create table wishes (id bigint primary key, session_sid varchar, tenant_id bigint default 1);
       create table draft_lines (id bigint primary key, draft_id bigint references drafts, order_id bigint references orders);
       create table bags (id bigint primary key, session_sid varchar references session on delete cascade, user_id bigint);
       insert into carts select n, md5(n::text), case when n < 5 then 'ordered' else 'open' end from generate_series(1, 20) as n;
       insert into carts_tmp select n, md5(n::text), 'open' from generate_series(1, 20) as n;
       insert into baskets select n, md5(n::text), case when n < 5 then 'won''t' else 'open' end from generate_series(1, 20) as n;
       insert into uploads select n, md5(n::text), case when n < 5 then 1 end from generate_series(1, 20) as n;
       insert into drafts select n, md5(n::text) from generate_series(1, 20) as n;
       insert into wishes select n, md5(n::text) from generate_series(1, 20) as n`,
      (text) => {
        expect(text).toContain(
          "# status says ordered of some rows, which may be for good; what is not kept here ends by its foreign key all the same.\n" +
            "- table: carts\nby: session_sid\nkeep_when: \"status in ('ordered')\"\n",
        );
        expect(text).toContain("- table: carts_tmp\nby: session_sid\n");
        expect(text).toContain(
          "# Not declared: state says won't of some rows, which may be for good.\n" +
            "# - { table: baskets, by: session_sid, keep_when: \"state in ('won''t')\" }",
        );
        expect(text).toContain(
          "# Not declared: post_id names a row of posts in 4 of 20 rows, which may be for good.\n" +
            "# - { table: uploads, by: session_sid, keep_when: post_id is not null }",
        );
        expect(text).toContain(
          "- table: drafts\nby: session_sid\nkeep_when: >-\norder_id is not null\nor attached\n",
        );
        expect(text).toContain(
          "- table: draft_lines\nby: draft_id\nkeep_when: order_id is not null\n",
        );
        expect(text).toContain("# Not declared: each row has a tenant_id");
        expect(text).toContain("- table: bags\nby: session_sid\nkeep_when: user_id is not null\n");
      },
    ));

  test("what would end another way all the same: rows that cascade to each other, parts that are final, soft links", () =>
    inDatabase(
      `${SESSIONS}
       create table drafts (
         id bigint primary key,
         session_sid varchar,
         published_at timestamptz,
         parent_id bigint references drafts on delete cascade
       );
       create table uploads (id bigint primary key, session_sid varchar);
       create table upload_signs (id bigint primary key, upload_id bigint not null references uploads on delete cascade, "Signed At" timestamptz);
       create table carts (id bigint primary key, session_sid varchar);
       create table orders (id bigint primary key, cart_id integer not null);
       create table page_views (id bigint primary key, cart_id integer not null);
       insert into drafts select n, md5(n::text) from generate_series(1, 20) as n;
       insert into uploads select n, md5(n::text) from generate_series(1, 20) as n;
       insert into upload_signs select n, n, now() from generate_series(1, 20) as n;
       insert into carts select n, md5(n::text) from generate_series(1, 20) as n`,
      (text) => {
        expect(text).toContain(
          "# Not declared: rows of drafts refer to each other and cascade, so one that is kept may end with another.\n" +
            "# - { table: drafts, by: session_sid, keep_when: published_at is not null }",
        );
        expect(text).toContain(
          '- table: uploads\nby: session_sid\nkeep_when: "exists (select from upload_signs where upload_signs.upload_id = uploads.id)"\n',
        );
        expect(text).toContain(
          "# orders.cart_id seems to name carts, and what it names stays: by its name, a row of orders outlives a session;",
        );
        expect(text).toContain(
          '- table: carts\nby: session_sid\nkeep_when: "exists (select from orders where orders.cart_id = carts.id)"\n',
        );
      },
    ));

  test("tables of one name: what a foreign key says comes first, and a guess between two is none", () =>
    withDatabase(async (db) => {
      await db.query(`
        create table session (sid varchar primary key, sess json not null, expire timestamp(6) not null);
        create schema archive;
        create schema app;
        create table archive.carts (id bigint primary key, session_sid varchar);
        create table public.carts (id bigint primary key, session_sid varchar references session);
        create table archive.drafts (id bigint primary key);
        create table app.drafts (id bigint primary key);
        insert into session select n, json_build_object('draftId', n), now() from generate_series(1, 30) as n;
        insert into archive.carts select n, n from generate_series(1, 30) as n;
        insert into public.carts select n, n from generate_series(1, 30) as n;
        insert into archive.drafts select n from generate_series(1, 30) as n;
        insert into app.drafts select n from generate_series(1, 30) as n`);
      const text = await written(db);
      expect(text).toContain("- table: carts\n        by: session_sid\n");
      expect(text).toContain(
        "- table: archive.carts\n        name: archive_carts_by_session_sid\n",
      );
      expect(text).toMatch(/draftId → \w+\.drafts\.id/);
      expect(text).toMatch(/Not declared: they are keys of \w+\.drafts as well/);
      expect(await faults(db, declaring(text, "a"))).toEqual([]);
    }));

  test("rows that no session names any more are what this is for, or are not the sessions'", () =>
    withDatabase(async (db) => {
      await db.query(`
        create table session (sid varchar primary key, sess json not null, expire timestamp(6) not null);
        create table drafts (id bigint primary key);
        create table notes (id bigint primary key);
        create table session_notes (
          session_sid varchar not null references session,
          note_id bigint not null references notes
        );
        insert into drafts select n from generate_series(1, 100) as n;
        insert into notes select n from generate_series(1, 100) as n;
        insert into session select n, json_build_object('draftId', n), now() from generate_series(1, 20) as n;
        insert into session_notes select n, n from generate_series(1, 20) as n`);
      const text = await written(db);
      expect(text.replaceAll(/\n *# /g, " ")).toContain(
        "Not declared: most rows of drafts are named by no session: either they linger, and " +
          '"lastwill orphans" counts them once this is declared, or they are not the sessions\'.',
      );
      const declared = declaring(declaring(text, "drafts"), "notes");
      expect(readManifest(declared, "ownership.yaml").manifest.owners[0]?.owns).toHaveLength(2);
      expect(await faults(db, declared)).toEqual([]);
    }));

  test("a table with an expiry that others refer to may be an owner", () =>
    withDatabase(async (db) => {
      await db.query(`${SESSIONS}
        create table invites (id bigint primary key, expires_at timestamptz);
        create table invite_guests (id bigint primary key, invite_id bigint references invites on delete cascade)`);
      const text = await written(db);
      expect(text).toContain("  #   table: invites\n  #   key: id\n  #   expires: expires_at\n");
      const declared = text.replaceAll(/^ {2}# /gm, "  ");
      expect(readManifest(declared, "ownership.yaml").manifest.owners[1]?.owns).toHaveLength(1);
      expect(await faults(db, declared)).toEqual([]);
    }));
});

describe("what the database would refuse is told with what to do", () => {
  test("an edge whose rows a foreign key of several columns keeps from ending", () =>
    inDatabase(
      `${SESSIONS}
       create table carts (id bigint primary key, session_sid varchar, shop bigint, unique (shop, id));
       insert into carts select n, md5(n::text), 1 from generate_series(1, 9) as n;
       create table payments (a bigint, b bigint, foreign key (a, b) references carts (shop, id))`,
      (text) => {
        expect(text).toContain(
          "payments.a, b refers to carts and would stop its rows from ending. Keep the rows that it refers to " +
            "(keep_when: exists (select from payments where payments.a = carts.shop and payments.b = carts.id))",
        );
        expect(text).toContain("# - { table: carts, by: session_sid }");
        expect(text).not.toContain("- table: carts");
      },
    ));

  test("rows that refer to what lies deeper keep all above it", () =>
    inDatabase(
      `${SESSIONS}
       create table carts (id bigint primary key, session_sid varchar);
       insert into carts select n, md5(n::text) from generate_series(1, 9) as n;
       create table cart_items (id bigint primary key, cart_id bigint references carts);
       create table refunds (id bigint primary key, cart_item_id bigint references cart_items)`,
      (text) => {
        expect(text).toContain(
          "# refunds.cart_item_id refers to cart_items, and what it refers to stays:",
        );
        expect(text).toContain(
          'keep_when: "exists (select from cart_items where cart_items.cart_id = carts.id and (exists (select from refunds where refunds.cart_item_id = cart_items.id)))"\nowns:\n',
        );
        expect(text).toContain("- table: cart_items\nby: cart_id\n");
      },
    ));

  test.each(["", " on delete cascade"])(
    "rows that refer to carts, and may be more than parts of them, with%s",
    (cascade) =>
      inDatabase(
        `${SESSIONS}
         create table carts (id bigint primary key, session_sid varchar, paid_at timestamptz, given boolean);
         insert into carts select n, md5(n::text) from generate_series(1, 9) as n;
         create table line_items (id bigint primary key, cart_id bigint references carts);
         create table attachments (id bigint primary key, cart_id bigint not null references carts);
         create table projects (id bigint primary key, cart_id bigint not null references carts);
         create index on projects (cart_id);
         create table orders (id bigint primary key, cart_id bigint references carts${cascade});
         create index on orders (cart_id)`,
        (text) => {
          expect(text).toContain(
            "keep_when: >-\npaid_at is not null\nor exists (select from orders where orders.cart_id = carts.id)\nor exists (select from projects where projects.cart_id = carts.id)\nowns:\n",
          );
          expect(text).toContain("- table: line_items\nby: cart_id\n");
          expect(text).toContain("- table: attachments\nby: cart_id\n");
          expect(text).not.toContain("- table: projects");
          expect(text).not.toContain("- table: orders");
          expect(text).not.toContain("an index on");
        },
      ),
  );

  test("sessions that a foreign key keeps from ending, and the statement that comes first", () =>
    withDatabase(async (db) => {
      await db.query(`${SESSIONS}
        create table orders (id bigint primary key, session_sid varchar not null references session)`);
      const text = await written(db);
      const statement = "alter table public.orders alter column session_sid drop not null";
      expect(text.replaceAll(/\n *# /g, " ")).toContain(`for that, first run: ${statement}.`);
      expect(text).not.toContain("managed: true");
      expect(await faults(db, text)).toHaveLength(1);
      await db.query(statement);
      expect(await faults(db, declaring(text, "orders"))).toEqual([]);
    }));
});

describe("where there are no sessions", () => {
  test("an owner of sessions that lie elsewhere owns nothing yet, and columns that name them are told", () =>
    inDatabase(SIXTY, async (text, db) => {
      expect(text).toContain("session:\n# No table here has the shape of a store's sessions.");
      const find =
        'carts, by: session_id, keep_when: "user_id is not null or exists (select from orders where orders.cart_id = carts.id)", owns: [{ table: cart_items, by: cart_id }] }';
      expect(text).toContain(`# - { table: ${find}`);
      expect(await faults(db, declaring(await written(db), "carts"))).toEqual([]);
      expect(text).toContain("# - orders.session_id seems to name a session; by its name,");
      expect(text).toContain(
        "# - drafts.cart_token seems to name a session; a key is a text there,",
      );
      expect(text).not.toMatch(/^- table/m);
    }));
});

describe("looking round is safe", () => {
  test("a question cannot write, nor leave a setting behind for who has the connection next", () =>
    withDatabase(async (db) => {
      const client = await db.connect();
      const harm = () => client.query("create table harm (id integer)");
      await expect(onlyReading(client, harm)).rejects.toThrow(/read-only/);
      await harm();
      const { rows } = await client.query("show statement_timeout");
      expect(rows).toEqual([{ statement_timeout: "0" }]);
    }));

  test("a table that somebody has locked is left out after a second, and the rest goes on", () =>
    withDatabase(async (db) => {
      await db.query(`${SESSIONS} create table carts (id bigint primary key, session_sid varchar)`);
      const holder = await db.connect();
      await holder.query("begin; lock table carts");
      const looking = lines(db);
      await expect(looking).resolves.toContain("store: connect-pg-simple");
      await expect(looking).resolves.toContain("- { table: carts, by: session_sid }");
      await holder.query("rollback");
    }));

  /** Looks round as a role that may read these tables and no more. */
  async function asReader(db: TestDatabase, readable: string, look: (url: string) => unknown) {
    const role = `${db.name}_reader`;
    await db.query(`create role ${role} login password 'x' connection limit 5`);
    if (readable) await db.query(`grant select on ${readable} to ${role}`);
    const url = new URL(db.url);
    url.username = role;
    url.password = "x";
    try {
      await look(url.href);
    } finally {
      await db.query(`drop owned by ${role}; drop role ${role}`);
    }
  }

  test("a table that may not be read is told and left out", () =>
    withDatabase(async (db) => {
      await db.query(
        `${SESSIONS} create table secrets (id bigint primary key, session_id varchar)`,
      );
      await asReader(db, "session", async (url) => {
        const text = await lines(db, url);
        expect(text).toContain("# secrets was not looked at: this role may not read it.");
        expect(text).toContain("store: connect-pg-simple");
      });
    }));

  test.each([
    ["", SESSIONS, "session has the columns of a table of sessions, and this role may not read it"],
    ["", "create table a (id int); create table b (id int);", "this role may read none of the 2"],
    ["carts", SESSIONS, "session has the columns of a table of sessions"],
  ])("a role that may read %j, and not the sessions, is told so", (readable, schema, says) =>
    withDatabase(async (db) => {
      await db.query(`${schema} create table carts (id bigint primary key)`);
      if (!schema.includes("session")) await db.query("drop table carts");
      await asReader(db, readable, (url) => expect(written(db, url)).rejects.toThrow(says));
    }),
  );

  test("names of every kind stay names, in YAML, in comments and in SQL", () =>
    withDatabase(async (db) => {
      const odd = `it's "odd": # {x}\n- drop`;
      const id = `"${odd.replaceAll('"', '""')}"`;
      await db.query(`
        create schema "a.b";
        create table "a.b".${id} (sid varchar primary key, sess json not null, expire timestamp(6) not null);
        create table "a.b"."draft" ("the ""id""" bigint primary key);
        create table "a.b"."carts\n  owns: x" (id bigint primary key, session_id varchar, owner_type text, owner_id varchar);
        insert into "a.b"."draft" select n from generate_series(1, 20) as n`);
      for (let n = 1; n <= 20; n++) {
        const data = { [`a.b[] "#' ${odd}`]: { draft_id: n } };
        await db.query(`insert into "a.b".${id} values ($1, $2, now())`, [
          `k${n}`,
          JSON.stringify(data),
        ]);
        await db.query(`insert into "a.b"."carts\n  owns: x" values ($1, $2, 'x', null)`, [
          n,
          `k${n}`,
        ]);
      }
      const { manifest } = readManifest(await written(db), "ownership.yaml");
      const [owner, more] = manifest.owners;
      expect(more).toBeUndefined();
      expect(owner?.owns.map(({ tie }) => tie.kind).sort()).toEqual(["column", "data"]);
    }));
});
