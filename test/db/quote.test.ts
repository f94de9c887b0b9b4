import fc from "fast-check";
import { expect, test } from "vitest";
import { KEYWORDS } from "../../src/sql/keywords.ts";
import { identifier, literal, textArray, textArrayLiteral } from "../../src/sql/quote.ts";
import { withDatabase } from "../support/database.ts";

/** Any text that PostgreSQL can hold, often with what is special in SQL. */
const text = fc
  .oneof(
    fc.string({ unit: "binary" }),
    fc.stringMatching(/^(['"\\$\n\r\t{},:; -]|null|lastwill|-- Down Migration|ü|[aB0_]){0,16}$/),
  )
  .filter((value) => !value.includes("\0"));

const name = text.filter((value) => value !== "" && Buffer.byteLength(value) <= 63);

test.each(["on", "off"])(
  "a literal is the text it was made of, with standard_conforming_strings %s",
  (setting) =>
    withDatabase(async (db) => {
      await db.query(`set standard_conforming_strings = ${setting}; set backslash_quote = off`);
      const property = fc.asyncProperty(fc.array(text, { maxLength: 20 }), async (values) => {
        const [row] = await db.query(
          `select ${textArray(values)} as one, ${textArrayLiteral(values)}::text[] as other,
                  ${literal(values.join("|"))}::text as joined`,
        );
        expect(row).toEqual({ one: values, other: values, joined: values.join("|") });
      });
      await fc.assert(property, { numRuns: 200 });
    }),
);

test("a table has the name that its identifier was made of", () =>
  withDatabase(async (db) => {
    const property = fc.asyncProperty(name, name, async (table, column) => {
      await db.query(`create table ${identifier(table)} (${identifier(column)} integer)`);
      const rows = await db.query(
        `select c.relname as table, a.attname as column
         from pg_class as c
         join pg_attribute as a on a.attrelid = c.oid and a.attnum = 1
         where c.relnamespace = 'public'::regnamespace`,
      );
      expect(rows).toEqual([{ table, column }]);
      await db.query(`drop table ${identifier(table)}`);
    });
    await fc.assert(property, { numRuns: 200 });
  }));

test("every word that the server reserves in any way is quoted", () =>
  withDatabase(async (db) => {
    const rows = await db.query<{ word: string }>(
      "select word from pg_get_keywords() where catcode <> 'U' order by word",
    );
    expect(rows.length).toBeGreaterThan(100);
    expect(rows.map(({ word }) => word).filter((word) => !KEYWORDS.has(word))).toEqual([]);
  }));

test("a name that PostgreSQL writes bare is written bare", () =>
  withDatabase(async (db) => {
    const word = fc.oneof(
      fc.stringMatching(/^[a-zA-Z_][a-z0-9_$]{0,8}$/),
      fc.constantFrom(...KEYWORDS),
    );
    await fc.assert(
      fc.asyncProperty(word, async (value) => {
        const [row] = await db.query("select quote_ident($1) as quoted", [value]);
        // A later version's keyword is quoted by us already.
        fc.pre(!KEYWORDS.has(value));
        expect(identifier(value)).toBe(row?.["quoted"]);
      }),
    );
  }));
