import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InputError } from "../../../src/faults.ts";
import { readManifest, readManifestValue } from "../../../src/manifest/read.ts";
import { parseTableName } from "../../../src/table-name.ts";

const whole = readFileSync(new URL("cases/valid-everything.case", import.meta.url), "utf8");
const everything = whole.slice(whole.indexOf("\n$schema") + 1, whole.indexOf("-- valid --"));

/** The message of the InputError that `read` throws; any other error goes on. */
function refusal(read: () => unknown): string | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
}

describe("readManifest", () => {
  it("writes out short forms and defaults", () => {
    const { manifest } = readManifest(everything, "ownership.yaml");
    expect(manifest).toMatchObject({
      cron: { database: "postgres" },
      grants: { inspect: ["app", "read only"], tie: ["app"], sweep: ["cron"], drain: ["mailer"] },
      owners: [
        {
          name: "session",
          table: "app.session",
          key: ["sid"],
          managed: false,
          expires: [
            { column: "expire_at", after: 0, afterText: undefined, zone: undefined },
            { column: "updated_at", after: 1_209_600, afterText: "14 days", zone: "UTC" },
            { column: "created", after: 7_776_000, unit: "seconds", zoneAssumed: false },
          ],
          data: { column: "sess", format: "json", formatAssumed: false },
          sweep: { schedule: "30 seconds", budget: 5, workers: 2, holdOver: 0.8, logDays: 7 },
        },
        { name: "invite", key: undefined, expires: [], data: undefined, owns: [] },
        { name: "seat", key: ["hall", "number"] },
        { name: "my guest", managed: true },
        { name: "member", managed: false, data: { formatAssumed: true } },
      ],
    });
  });

  it("writes out edges of every kind", () => {
    const { manifest } = readManifest(everything, "ownership.yaml");
    const path = ["owners", "session", "owns", 0];
    const below = [...path, "owns"];
    expect(manifest.owners[0]?.owns).toMatchObject([
      {
        path,
        name: "carts",
        table: 'shop."my carts"',
        key: ["id"],
        tie: { kind: "column", path: [...path, "by"], by: ["session_sid"] },
        policy: { kind: "cascade" },
        grace: 1800,
        keepWhen: "user_id is not null",
        claim: "user_id",
        emit: ["total"],
        owns: [
          {
            name: "cart_items",
            key: undefined,
            policy: { kind: "soft_delete", path: [...below, 0, "on_delete"], column: "deleted_at" },
            grace: 0,
            owns: [{ name: "notes", policy: { kind: "set_null" }, grace: 0 }],
          },
          {
            tie: {
              kind: "data",
              path: [...below, 1, "from"],
              from: { kind: "column", column: "photo_id" },
              onReplace: "release",
              guard: "owned.public is not true",
            },
            grace: 3600,
          },
          { tie: { kind: "through", owner: "cart_id", owned: "label_id" }, grace: 600 },
        ],
      },
      {
        name: "drafts",
        tie: { kind: "data", from: { legs: [["a.b"], ["id"]] }, onReplace: "keep" },
        grace: 0,
        claim: "author_id",
      },
      { tie: { from: { kind: "column", column: "basket_id" }, guard: undefined }, grace: 5400 },
      {
        tie: { guard: "owned.user_id = owner.user_id" },
        policy: { kind: "archive", table: "archive.uploads" },
        grace: 600,
        emit: ["path", "size"],
      },
      {
        tie: {
          kind: "polymorphic",
          path: ["owners", "session", "owns", 4, "by"],
          column: "owner_id",
          typeColumn: "owner_type",
          type: "Session",
        },
        policy: { kind: "cascade" },
        grace: 300,
        keepWhen: undefined,
        claim: undefined,
        emit: [],
      },
      {
        tie: {
          kind: "through",
          path: ["owners", "session", "owns", 5, "through"],
          table: "app.session_documents",
          owner: "session_sid",
          owned: "document_id",
        },
        policy: { kind: "soft_delete", column: "gone_at" },
        grace: 600,
      },
    ]);
    expect(manifest.owners[2]?.owns).toMatchObject([
      { tie: { by: ["hall", "seat_number"] }, policy: { kind: "set_null" }, grace: 0 },
      { key: ["a", "b"], policy: { kind: "archive", table: "old_holds" } },
    ]);
  });

  it.each([
    ["session", "lastwill.session"],
    ["my sessions", 'lastwill."my sessions"'],
    ['a."b"', 'lastwill."a.""b"""'],
  ])("gives the managed owner %s a table of lastwill's", (name, table) => {
    const { manifest } = readManifestValue({ owners: { [name]: { managed: true } } }, "o.ts");
    expect(manifest.owners).toEqual([
      {
        name,
        path: ["owners", name],
        table,
        key: ["key"],
        managed: true,
        expires: [
          {
            path: ["owners", name, "managed"],
            column: "expires_at",
            after: 0,
            afterText: undefined,
            zone: undefined,
            zoneAssumed: false,
            unit: undefined,
          },
        ],
        data: undefined,
        sweep: { schedule: "* * * * *", budget: 20, workers: 1, holdOver: 0.5, logDays: 30 },
        owns: [],
      },
    ]);
    expect(parseTableName(table)).toEqual({ schema: "lastwill", name });
  });

  it("names an edge after its table, without schema and quotes", () => {
    const owns = ["carts", "a.items", 'a."my notes"', '"x.""y"""'].map((table) => ({
      table,
      by: "s",
    }));
    const { manifest } = readManifestValue({ owners: { s: { table: "s", owns } } }, "o.ts");
    const names = manifest.owners[0]?.owns.map(({ name }) => name);
    expect(names).toEqual(["carts", "items", "my notes", 'x."y"']);
  });

  it("finds where things stand, and for what is not there the nearest thing around it", () => {
    const { source } = readManifest(
      "owners:\n  s:\n    table: s\n    owns:\n      - {table: c, by: x}\n",
      "ownership.yaml",
    );
    const edge = ["owners", "s", "owns", 0];
    expect(source.locate([...edge, "by"], "value")).toEqual({ line: 5, column: 24 });
    expect(source.locate([...edge, "by"], "key")).toEqual({ line: 5, column: 20 });
    expect(source.locate([...edge, "key"], "value")).toEqual({ line: 5, column: 9 });
    expect(source.locate(["owners", "s"], "key")).toEqual({ line: 2, column: 3 });
    expect(source.locate(["cron"], "value")).toEqual({ line: 1, column: 1 });
  });

  it("reads a file of Windows: a byte order mark, and carriage returns", () => {
    const text = `\uFEFF${everything.replaceAll("\n", "\r\n")}`;
    const plain = readManifest(everything, "ownership.yaml").manifest;
    expect(readManifest(text, "ownership.yaml").manifest).toEqual(plain);
    expect(refusal(() => readManifest("\uFEFFowner: 1\r\ncorn: auto\r\n", "o.yaml"))).toBe(
      'o.yaml:1:1 owner: unknown key "owner"\n  Did you mean "owners"?\n' +
        'o.yaml:2:1 corn: unknown key "corn"\n  Did you mean "cron"?',
    );
  });

  it("gives up on short texts that stand for endless ones", () => {
    const doubled = Array.from({ length: 20 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}]`);
    const bomb = ["a0: &a0 [1, 1]", ...doubled].join("\n");
    expect(refusal(() => readManifest(bomb, "o.yaml"))).toContain("more than 50000 values");
    const deep = `owners: ${"[".repeat(150)}${"]".repeat(150)}`;
    expect(refusal(() => readManifest(deep, "o.yaml"))).toContain("nested more than 100 deep");
  });

  it("refuses any text with an InputError and nothing else", () => {
    const line = fc.constantFrom(
      ...everything.split("\n"),
      "<<: *x",
      "x: &x {",
      "- [",
      "? a",
      "---",
    );
    const noise = fc.constantFrom(
      "",
      "\t",
      "  ",
      "!!set",
      "&a",
      "*a",
      '"',
      "'",
      "|",
      "%YAML 1.1\n",
      "\0",
    );
    const text = fc.array(fc.tuple(noise, line, noise).map((parts) => parts.join("")));
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          text.map((lines) => lines.join("\n")),
        ),
        (anything) => {
          refusal(() => readManifest(anything, "ownership.yaml"));
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe("readManifestValue", () => {
  it("says what is wrong without a place", () => {
    const value = { owners: { session: { table: "s", owns: [{ table: "t", by: 5 }] } } };
    expect(refusal(() => readManifestValue(value, "ownership.ts"))).toBe(
      "ownership.ts: owners.session.owns[0].by: must be a column's name, a list of them, or " +
        "{column, type_column, type}, not 5\n" +
        "  Name the owned table's column that holds the owner's key, such as \"session_sid\".",
    );
  });

  it("takes keys that are undefined as left out", () => {
    const value = {
      owners: { s: { table: "s", key: undefined, owns: undefined } },
      cron: undefined,
    };
    expect(readManifestValue(value, "o.ts").manifest.owners[0]).toMatchObject({
      table: "s",
      owns: [],
    });
  });

  it("refuses what is no plain value, or has no end", () => {
    const endless: Record<string, unknown> = { table: "t", by: "s" };
    endless["owns"] = [endless];
    const values = [endless, new Map(), () => ({}), new Date(0), Symbol("s"), 5n, Number.NaN];
    for (const owner of values) {
      const value = { owners: { s: { table: "s", owns: [owner] } } };
      expect(refusal(() => readManifestValue(value, "o.ts"))).toMatch(/^o\.ts: /);
    }
  });

  it("refuses any value with an InputError and nothing else", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(refusal(() => readManifestValue(value, "o.ts"))).toMatch(/^o\.ts: /);
      }),
    );
  });

  it("refuses a manifest with anything in any place with an InputError and nothing else", () => {
    const { manifest } = readManifest(everything, "o.yaml");
    expect(manifest.owners).toHaveLength(5);
    const text = JSON.stringify({
      cron: "auto",
      owners: {
        a: {
          store: "connect-pg-simple",
          expires: [{ column: "x", after: "1 day" }],
          data: { column: "d" },
          sweep: { every: "1 minute" },
          owns: [
            { table: "b", by: "c", owns: [{ table: "d", by: "e" }] },
            { table: "f", from: "g", guard: "true", on_delete: { archive: "h" }, emit: ["i"] },
            { table: "j", by: { column: "k", type_column: "l", type: "m" }, keep_when: "true" },
            { table: "n", through: { table: "o", owner: "p", owned: "q" }, claim: "r" },
          ],
        },
        c: { managed: true, owns: [{ table: "s", by: ["t"], on_delete: "set_null" }] },
      },
    });
    const places = [...text.matchAll(/"[^"]*"(?!:)|\{|\[/g)].length;
    fc.assert(
      fc.property(fc.nat(places - 1), fc.jsonValue(), (place, value) => {
        let seen = 0;
        const changed: unknown = JSON.parse(text, (_, old) => (seen++ === place ? value : old));
        refusal(() => readManifestValue(changed, "o.ts"));
      }),
      { numRuns: 1000 },
    );
  });
});
