import { readFileSync } from "node:fs";
import { deflateSync, constants as zlib } from "node:zlib";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { renderStamped } from "../../src/sql/template.ts";
import { createDatabase, type TestDatabase, testPlpgsqlCheck } from "../support/database.ts";
import { djangoLegacySession, djangoSession, signed } from "../support/encoders/django.ts";
import type { Json } from "../support/encoders/json.ts";
import { bignum, bytes, long, marshal, rubySession } from "../support/encoders/marshal.ts";
import { generator, mutate } from "../support/encoders/mutate.ts";
import { asPhpSays, laravelSession } from "../support/encoders/php.ts";
import { checkFunctions } from "../support/plpgsql-check.ts";

const CODECS = ["ruby_marshal", "php", "django"] as const;
type Codec = (typeof CODECS)[number];

let db: TestDatabase;

beforeAll(async () => {
  db = await createDatabase();
  await db.query("create schema lastwill");
  for (const codec of ["json", ...CODECS]) {
    await db.query(renderStamped(`codec/${codec}.sql`, "Session data."));
  }
});
afterAll(() => db.close());

async function decodeAll(codec: Codec, documents: readonly string[]): Promise<unknown[]> {
  const rows = await db.query<{ session: unknown }>(
    `select lastwill.decode_${codec}(given.document) as session
     from unnest($1::text[]) with ordinality as given (document, number)
     order by given.number`,
    [documents],
  );
  return rows.map(({ session }) => session);
}

async function decode(codec: Codec, document: string): Promise<unknown> {
  return (await decodeAll(codec, [document]))[0];
}

function sample(name: string): string {
  return readFileSync(new URL(`../samples/${name}.sql`, import.meta.url), "utf8");
}

/** Loads a store's rows, and gives the documents in the order in which they stand in the file. */
async function sampleDocuments(store: string, table: string, column: string): Promise<string[]> {
  await db.query(`drop table if exists ${table}; drop sequence if exists sessions_id_seq`);
  await db.query(`${sample(`${store}.schema`)}; ${sample(store)}`);
  const rows = await db.query<{ document: string }>(
    `select ${column} as document from ${table} order by ctid`,
  );
  return rows.map(({ document }) => document);
}

const samples: Record<Codec, () => Promise<string[]>> = {
  ruby_marshal: () => sampleDocuments("rails-activerecord-session-store", "sessions", "data"),
  php: () => sampleDocuments("laravel", "sessions", "payload"),
  django: () => sampleDocuments("django", "django_session", "session_data"),
};

/** What every store's driver wrote into its first session. */
const CART = {
  cart_id: 42,
  draft_id: "7d0c2a54-6a3b-4b0e-9f57-0c1d2e3f4a5b",
  wizard: { step: 2, upload: { id: 9001, name: 'naïve "x" 猫.png' } },
  item_ids: [7, 8, 9],
  flash_like: { notice: "hi" },
};

describe("rows that real applications stored are read", () => {
  test("Rails, Marshal and :json", async () => {
    // As text: JavaScript has no integer of that size.
    const [, typed] = await samples.ruby_marshal();
    const rows = await db.query("select lastwill.decode_ruby_marshal($1) ->> 'big' as big", [
      typed,
    ]);
    expect(rows).toEqual([{ big: "1180591620717411303424" }]);

    expect(await decodeAll("ruby_marshal", await samples.ruby_marshal())).toEqual([
      CART,
      {
        ...CART,
        at: null,
        zone_at: [null, "Paris", null],
        price: null,
        sym: "checkout",
        big: 2 ** 70,
        ratio: 0.1,
        hwia: { a: 1, b: ["x", "x"] },
        params: { cart: { id: 42 }, s: "checkout" },
        same: "shared",
        again: "shared",
        bin: null,
        flash: { discard: [], flashes: { notice: "hi" } },
      },
      { cart_id: 43, user_id: 5 },
      {},
      CART,
    ]);
  });

  test("Laravel, and nothing of the encrypted one", async () => {
    const flash = { _flash: { old: [], new: [] } };
    expect(await decodeAll("php", await samples.php())).toEqual([
      { ...CART, ...flash, user_id: null, _token: "UMaDNHlIjGX7eq3xk2g3ULl6CI8Uj6HCu5EE0IUg" },
      { ...flash, cart_id: 43, _token: "D2Hcib3QBjsv1k1KZxeAScZ7zVc5vZYHqVFnhXDE" },
      { ...flash, cart_id: 43, user_id: 5, _token: "MOihu7kAtKu6oPOcMcTopwsS8XaUQ5COGoB6WL7n" },
      { ...flash, cart_id: 44, user_id: 6, _token: "KFqwMf4gVC55ciCt4gGP9JmjEagmOQxk8M3lhOJb" },
      null,
    ]);
  });

  test("Django: compressed, plain, of before 3.1, and nothing of the pickle", async () => {
    expect(await decodeAll("django", await samples.django())).toEqual([
      { ...CART, user_id: null },
      { cart_id: 43 },
      { cart_id: 44, user_id: 5 },
      { ...CART, user_id: null, pad: "lorem ipsum ".repeat(125) },
      { ...CART, user_id: null },
      null,
      { cart_id: 45 },
    ]);
  });
});

describe("forms that have no sample are read", () => {
  const session = { cart_id: 42, name: "猫", list: [1, { a: null }] };
  const json = JSON.stringify(session);
  const FORMS: Record<string, readonly [Codec, string, unknown?]> = {
    "Rails :json": ["ruby_marshal", `{"value":${json}}`],
    "Rails :json with a NUL": ["ruby_marshal", '{"value":{"a":"\\u0000"}}', { a: "\ufffd" }],
    "Rails :hybrid, still Marshal": ["ruby_marshal", rubySession(session)],
    "Rails, symbols as keys": ["ruby_marshal", rubySession(session, new Set(["cart_id"]))],
    "Laravel json": ["php", Buffer.from(json).toString("base64")],
    "Laravel json, bare": ["php", json],
    "Laravel json, empty": ["php", Buffer.from("[]").toString("base64"), []],
    "Django plain": ["django", djangoSession(session, "plain")],
    "Django zlib": ["django", djangoSession(session)],
    "Django zlib, stored": ["django", djangoSession(session, { level: 0 })],
    "Django zlib, fixed codes": ["django", djangoSession(session, { strategy: zlib.Z_FIXED })],
    "Django before 3.1": ["django", djangoLegacySession(session)],
    "Django with a NUL": ["django", djangoSession({ a: "\u0000" }, "plain"), { a: "\ufffd" }],
  };
  test.each(Object.entries(FORMS))("%s", async (_, [codec, document, expected = session]) => {
    expect(await decode(codec, document)).toEqual(expected);
  });
});

/** Marshal of a hash with the one key "k". */
function hashWith(...value: readonly (Buffer | string)[]): string {
  const parts = value.map((part) => Buffer.from(part));
  return Buffer.concat([Buffer.from([4, 8]), Buffer.from("{\x06:\x06k"), ...parts]).toString(
    "base64",
  );
}

function php(text: string): string {
  return Buffer.from(text, "latin1").toString("base64");
}

describe("what JSON has no word for", () => {
  const MARSHAL: Record<string, readonly [string, unknown]> = {
    "a string that is no UTF-8 is null": [hashWith('"\x06', Buffer.from([0xff])), { k: null }],
    "a NUL is the replacement character": [hashWith(bytes('"', "a\\000\0")), { k: "a\\000\ufffd" }],
    "a float that is no number is null": [hashWith(bytes("f", "nan")), { k: null }],
    "an integer stays exact": [hashWith(bignum(-(2n ** 52n))), { k: -(2 ** 52) }],
    "an object is its instance variables": [hashWith("o:\x06C\x06:\x08@idi\x0c"), { k: { id: 7 } }],
    "a struct is its members": [hashWith("S:\x06C\x06:\x07idi\x0c"), { k: { id: 7 } }],
    "a class is its name": [hashWith(bytes("c", "User")), { k: "User" }],
    "a regexp is its source": [hashWith("I/\x06a\x00\x06:\x06EF"), { k: "a" }],
    "a hash's default is left out": [hashWith("}\x06i\x06i\x07i\x08"), { k: { 1: 2 } }],
    "an object is what marshal_dump gave": [hashWith("U:\x06C[\x06i\x0c"), { k: [7] }],
    "what _dump gave is null": [
      hashWith(Buffer.from("u:\x06C\x07\xff\xff", "latin1")),
      { k: null },
    ],
    "a cycle is null": [hashWith("[\x06@\x06"), { k: [null] }],
    "the whole as part of itself is null": [hashWith("@\x00"), { k: null }],
    "keys that are no strings": [
      hashWith("{\x08i\x0cTF0f\x081.5i\x06"),
      { k: { 7: true, false: null, 1.5: 1 } },
    ],
    "what stood in a variable of a string is linked": [
      hashWith('[\x07I"\x06a\x06:\x07@xI"\x06b\x06:\x06ET@\x08'),
      { k: ["a", "b"] },
    ],
    "what _dump gave is numbered after its variables": [
      hashWith('[\x09Iu:\x06C\x06z\x06:\x06z"\x06v"\x06w@\x08@\x07'),
      { k: [null, "w", null, "v"] },
    ],
    "what marshal_dump gave is linked": [
      hashWith("[\x07U:\x06C[\x06i\x0c@\x07"),
      { k: [[7], [7]] },
    ],
    "what stood where nothing is written cannot be linked": [
      hashWith('[\x07I"\x06a\x06:\x07@x[\x00@\x08'),
      null,
    ],
    "a list as a key": [hashWith("{\x06[\x000"), null],
  };
  test.each(Object.entries(MARSHAL))("Marshal: %s", async (_, [document, expected]) => {
    expect(await decode("ruby_marshal", document)).toEqual(expected);
  });

  const PHP: Record<string, readonly [string, unknown]> = {
    "a string that is no UTF-8 is null": ['a:1:{s:1:"k";s:1:"\xff";}', { k: null }],
    "a NUL is the replacement character": ['a:1:{s:1:"k";s:2:"\0"";}', { k: '\ufffd"' }],
    floats: ["a:4:{i:0;d:1.0E+25;i:1;d:INF;i:2;d:NAN;i:3;d:-0.5;}", [1e25, null, null, -0.5]],
    "an integer stays exact": ["a:1:{i:0;i:9007199254740991;}", [9007199254740991]],
    "properties of every kind": [
      'O:1:"C":3:{s:1:"a";i:1;s:4:"\0*\0b";i:2;s:4:"\0C\0c";i:3;}',
      { a: 1, b: 2, c: 3 },
    ],
    "an enum is its case": ['a:1:{s:1:"k";E:11:"Suit:Hearts";}', { k: "Hearts" }],
    "what a class wrote is null": ['a:1:{s:1:"k";C:1:"C":3:{x;y}}', { k: null }],
    "after which references are not to be trusted": [
      'a:2:{s:1:"k";C:1:"C":3:{x;y}s:1:"l";r:1;}',
      null,
    ],
    "a list with a gap is an object": ["a:2:{i:0;i:7;i:2;i:9;}", { 0: 7, 2: 9 }],
    "a list in another order is an object": ["a:2:{i:1;i:7;i:0;i:9;}", { 0: 9, 1: 7 }],
    "lists within what becomes an object": [
      'a:2:{i:0;a:2:{i:0;i:1;i:1;a:1:{i:0;i:2;}}s:1:"k";a:1:{i:0;i:3;}}',
      { 0: [1, [2]], k: [3] },
    ],
    "a reference to a scalar": ['a:2:{s:1:"a";i:7;s:1:"b";R:2;}', { a: 7, b: 7 }],
    "a reference to a list": [
      'a:3:{s:1:"a";a:1:{i:0;i:7;}s:1:"b";R:2;s:1:"c";r:2;}',
      { a: [7], b: [7], c: [7] },
    ],
    "a cycle is null": ['a:1:{s:1:"a";O:1:"C":1:{s:1:"c";r:2;}}', { a: { c: null } }],
  };
  test.each(Object.entries(PHP))("PHP: %s", async (_, [text, expected]) => {
    expect(await decode("php", php(text))).toEqual(expected);
  });
});

test("what is none of a format is null", async () => {
  const pickle = "gAWVFwAAAAAAAAB9lIwHY2FydF9pZJRLKnMu";
  const encrypted = '{"iv":"zoxpRKQwdOyb","value":"27Pvc","mac":"95eb19","tag":""}';
  const anywhere = ["", " ", "\n", "null", "5", '"x"', "{", "{}x", "\u00ff", "a", "====", pickle];
  const garbage: Record<Codec, readonly string[]> = {
    ruby_marshal: [
      ...anywhere,
      "{}",
      "[]",
      '{"cart_id":42}',
      '{"value":null}',
      '{"value":[1]}',
      ...["BAg=", "BAgw", "BAhpBg==", "BAdbAA==", "BAh7ADA=", "BAh7Bg=="],
      hashWith("@\x0c"),
      hashWith(";\x0c"),
      hashWith(bytes("f", '1,"x":1')),
    ],
    php: [
      ...anywhere,
      encrypted,
      php(encrypted),
      ...["i:1;", "N;", "a:0:{}x", "a:0:{", "a:1:{}", "a:-1:{}", "a:1:{i:0;}", "a:1:{N;N;}"].map(
        php,
      ),
      ...['a:1:{i:0;s:2:"x";}', 'a:1:{i:0;s:-1:"x";}', "a:1:{i:0;i:x;}", "a:1:{i:0;b:2;}"].map(php),
      ...["a:1:{i:0;R:9;}", "a:1:{i:0;i:99999999999999999999;}", "a:1:{i:0;d:1;2;}"].map(php),
    ],
    django: [
      ...anywhere,
      "{}",
      "e30",
      "e30:a",
      "e30:a:b:c",
      "e:a:b",
      ".e30:a:b",
      ".:a:b",
      ":::",
      djangoSession(5, "plain"),
      djangoSession([1]),
      signed(Buffer.concat([deflateSync("{}"), Buffer.from("x")]), "."),
      signed(deflateSync("{}").subarray(0, -1), "."),
      signed(deflateSync("{}", { dictionary: Buffer.from("{}") }), "."),
      signed(Buffer.from("789c", "hex"), "."),
      signed(deflateSync(Buffer.from([0xff])), "."),
      Buffer.from(`048db4c162dfc123:${pickle}`).toString("base64"),
    ],
  };
  for (const codec of CODECS) {
    const sessions = await decodeAll(codec, garbage[codec]);
    const read = garbage[codec].filter((_, index) => sessions[index] !== null);
    expect({ codec, read }).toEqual({ codec, read: [] });
    expect(await db.query(`select lastwill.decode_${codec}(null) as session`)).toEqual([
      { session: null },
    ]);
  }
});

test("a damaged stream of Django's is null, unless only bits that say nothing were changed", async () => {
  const session = { cart_id: 42, pad: "abcdefghijklmnopqrstuvwxyz" };
  const stream = deflateSync(JSON.stringify(session));
  const damaged = Array.from({ length: stream.length * 8 }, (_, bit) => {
    const copy = Buffer.from(stream);
    copy.writeUInt8(copy.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    return signed(copy, ".");
  });
  const sessions = (await decodeAll("django", damaged)).filter((each) => each !== null);
  // Up to seven bits fill the last byte before the sum.
  expect(sessions.length).toBeLessThan(8);
  for (const each of sessions) expect(each).toEqual(session);
});

describe("what an independent encoder wrote is read", () => {
  const word = fc.oneof(fc.string({ unit: "binary" }), fc.stringMatching(/^[a-z_"\\]{0,8}$/));
  const key = word.filter((name) => name !== "__proto__" && !name.includes("\0"));
  const { value } = fc.letrec<{ value: Json }>((tie) => ({
    value: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      fc.constantFrom<Json>(null, true, false, 0, 1, 42, -1, 122, 123, -123, -124, 65536),
      fc.maxSafeInteger(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      word,
      fc.array(tie("value"), { maxLength: 6 }),
      fc.dictionary(key, tie("value"), { maxKeys: 6, noNullPrototype: true }),
    ),
  }));
  const session = fc
    .tuple(fc.dictionary(key, value, { maxKeys: 8, noNullPrototype: true }), value)
    // The same object in two places is a link to what was before it.
    .map(([pairs, again]): Json => ({ ...pairs, again, twice: [again, again] }));
  const many = fc.array(session, { minLength: 30, maxLength: 30 });

  /** PostgreSQL has no NUL in text and no negative zero. */
  const plain = (part: Json): unknown =>
    JSON.parse(JSON.stringify(part).replaceAll(/(?<!\\)((?:\\\\)*)\\u0000/g, "$1\\ufffd"));

  const ENCODERS: Record<string, readonly [Codec, (given: Json) => string, (given: Json) => Json]> =
    {
      Marshal: ["ruby_marshal", (given) => rubySession(given), (given) => given],
      "Marshal with symbols": [
        "ruby_marshal",
        (given) => rubySession(given, new Set(Object.keys(given as object))),
        (given) => given,
      ],
      PHP: ["php", laravelSession, asPhpSays],
      "Django plain": ["django", (given) => djangoSession(given, "plain"), (given) => given],
      "Django zlib": ["django", (given) => djangoSession(given), (given) => given],
      "Django zlib, in a hurry": [
        "django",
        (given) => djangoSession(given, { level: 1, memLevel: 1 }),
        (given) => given,
      ],
    };
  test.each(Object.entries(ENCODERS))("%s", async (_, [codec, encode, expected]) => {
    await fc.assert(
      fc.asyncProperty(many, async (sessions) => {
        const decoded = await decodeAll(codec, sessions.map(encode));
        expect(decoded).toEqual(sessions.map((given) => plain(expected(given))));
      }),
      { numRuns: 10 },
    );
  });

  test("a session of many kilobytes", async () => {
    const items = Array.from({ length: 3_000 }, (_, id) => ({ id, name: `item ${id * 7919}` }));
    expect(await decode("ruby_marshal", rubySession({ items }))).toEqual({ items });
    expect(await decode("php", laravelSession({ items }))).toEqual({ items });
    expect(await decode("django", djangoSession({ items }))).toEqual({ items });
  });
});

describe("no document makes the application wait", () => {
  const open = (depth: number, before: string, after: string) =>
    before.repeat(depth) + after.repeat(depth);
  /** Each list holds the one before twice. */
  const linkBomb = () => {
    const lists: Json[] = [["x".repeat(100)]];
    for (let index = 1; index < 60; index++) lists.push([lists.at(-1) ?? 0, lists.at(-1) ?? 0]);
    return marshal({ bomb: lists }, new Set()).toString("base64");
  };
  const referenceBomb = () => {
    const parts = ['s:1:"0";O:1:"C":1:{s:1:"x";i:1;}'];
    // Every object has two references of its own, which are numbered too.
    for (let index = 1; index < 60; index++) {
      const before = index === 1 ? 2 : 1 + 2 + (index - 2) * 3 + 1;
      const name = `${index}`;
      parts.push(`s:${name.length}:"${name}";O:1:"C":2:{s:1:"x";r:${before};s:1:"y";r:${before};}`);
    }
    return php(`a:60:{${parts.join("")}}`);
  };
  const emptyBlocks = Buffer.concat([
    Buffer.from("789c", "hex"),
    Buffer.from("000000ffff".repeat(50_000), "hex"),
    deflateSync("{}").subarray(2),
  ]);
  const HOSTILE: Record<string, readonly [Codec, () => string]> = {
    "10 MB of letters, Rails": ["ruby_marshal", () => "A".repeat(10_000_000)],
    "10 MB of letters, Laravel": ["php", () => "A".repeat(10_000_000)],
    "10 MB of letters, Django": ["django", () => "A".repeat(10_000_000)],
    "10 MB in one string, Rails": [
      "ruby_marshal",
      () => rubySession({ x: "x".repeat(10_000_000) }),
    ],
    "10 MB in one string, Laravel": ["php", () => laravelSession({ x: "x".repeat(10_000_000) })],
    "10 MB in one string, Django": [
      "django",
      () => djangoSession({ x: "x".repeat(10_000_000) }, "plain"),
    ],
    "10,000 lists deep, Rails": ["ruby_marshal", () => hashWith("[\x06".repeat(10_000), "0")],
    "10,000 objects deep, Rails": ["ruby_marshal", () => hashWith("o:\x06C".repeat(10_000), "0")],
    "700,000 wrappers deep, Rails": ["ruby_marshal", () => hashWith("I".repeat(700_000), "0")],
    "10,000 lists deep, Laravel": ["php", () => php(open(10_000, "a:1:{i:0;", "}"))],
    "10,000 lists deep, Django": [
      "django",
      () =>
        djangoSession({}, "plain").replace(
          "e30",
          Buffer.from(`{"x":${open(10_000, "[", "]")}}x`).toString("base64url"),
        ),
    ],
    "a zip bomb": ["django", () => djangoSession({ x: "x".repeat(20_000_000) })],
    "empty blocks": ["django", () => signed(emptyBlocks, ".")],
    "links to links": ["ruby_marshal", linkBomb],
    "references to references": ["php", referenceBomb],
    "700,000 nils": ["ruby_marshal", () => hashWith("[", long(700_000), "0".repeat(700_000))],
    "a list longer than the document": ["ruby_marshal", () => hashWith("[", long(2 ** 30))],
    "a string longer than the document": ["ruby_marshal", () => hashWith('"\x04\xff\xff\xff\xff')],
    "an integer of 100 kB": ["ruby_marshal", () => hashWith(bignum(16n ** 200_000n))],
    "an array longer than the document": ["php", () => php("a:2000000000:{")],
    "a string longer than the document, PHP": ["php", () => php('a:1:{i:0;s:2147483647:"')],
  };
  test.each(Object.entries(HOSTILE))("%s", async (_, [codec, make]) => {
    // Within the suite's own limit of time for a test.
    expect(await decode(codec, make())).toBeNull();
  });

  test("and a canceled statement is canceled", async () => {
    const document = hashWith("[", long(390_000), "0".repeat(390_000));
    await db.query("set statement_timeout = '20ms'");
    await expect(decode("ruby_marshal", document)).rejects.toThrow("canceling statement");
    await db.query("reset statement_timeout");
  });
});

describe("mutated documents raise no error", () => {
  const rounds = Number(process.env["FUZZ"] ?? 2_000);
  const seed = Number(process.env["FUZZ_SEED"] ?? Date.now() % 2 ** 31);

  const ENVELOPES: Record<
    Codec,
    readonly [open: (text: string) => Buffer, close: (raw: Buffer) => string]
  > = {
    ruby_marshal: [(text) => Buffer.from(text, "base64"), (raw) => raw.toString("base64")],
    php: [(text) => Buffer.from(text, "base64"), (raw) => raw.toString("base64")],
    django: [
      (text) => Buffer.from(text.replace(/^\.|:.*/g, ""), "base64url"),
      (raw) => signed(raw, raw[0] === 0x78 ? "." : ""),
    ],
  };
  const EXTRA: Record<Codec, readonly string[]> = {
    ruby_marshal: [
      hashWith('[\x08Iu:\x06C\x06z\x06:\x06z"\x06v"\x06w@\x09'),
      hashWith("}\x06o:\x06C\x06:\x08@idi\x0cS:\x06D\x06:\x07idf\x081.5@\x06"),
    ],
    php: [
      php('a:3:{s:1:"a";O:1:"C":2:{s:4:"\0*\0b";i:2;s:1:"c";d:0.5;}s:1:"b";R:2;s:1:"c";r:2;}'),
      php('a:3:{i:0;a:2:{i:0;b:1;i:1;N;}i:1;E:11:"Suit:Hearts";i:2;C:1:"C":3:{x;y}}'),
    ],
    django: [djangoSession(CART, { level: 0 }), djangoSession(CART, { strategy: zlib.Z_FIXED })],
  };

  test.each(CODECS)(
    `%s, ${rounds} times with FUZZ_SEED=${seed}`,
    { timeout: 1_800_000 },
    async (codec) => {
      const [openUp, close] = ENVELOPES[codec];
      const originals = [...(await samples[codec]()), ...EXTRA[codec]];
      const random = generator(seed);
      let decoded = 0;
      for (let done = 0; done < rounds; ) {
        const batch = Array.from({ length: Math.min(5_000, rounds - done) }, () => {
          const original = originals[random(originals.length)] ?? "";
          if (random(8) === 0)
            return mutate(Buffer.from(original), random).toString("latin1").replaceAll("\0", "");
          return close(mutate(openUp(original), random));
        });
        const [found] = await db.query<{ decoded: number; others: number }>(
          `select count(session)::integer as decoded,
           (count(*) filter (where jsonb_typeof(session) not in ('object', 'array')))::integer as others
         from (
           select lastwill.decode_${codec}(document) as session
           from unnest($1::text[]) as given (document)
           offset 0
         ) as read`,
          [batch],
        );
        expect(found?.others).toBe(0);
        decoded += found?.decoded ?? 0;
        done += batch.length;
      }
      expect(decoded).toBeLessThan(rounds);
    },
  );
});

testPlpgsqlCheck("plpgsql_check finds nothing", async () => {
  expect(await checkFunctions(db)).toEqual([]);
});
