import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { render, renderStamped } from "../../../src/sql/template.ts";

const SQL = fileURLToPath(new URL("../../../sql/", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "lw-template-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** A file that holds this text, by its path from sql/. */
let count = 0;
function template(text: string): string {
  count += 1;
  const file = join(folder, `${count}.sql`);
  writeFileSync(file, text);
  return relative(SQL, file);
}

describe("render", () => {
  it("fills names as identifiers, texts as literals, and SQL as it is", () => {
    const file = template(`select :{what} from :"table" where :"column" = :'value';`);
    const slots = {
      what: "1 + 1",
      table: ["app", "Carts"],
      column: "order",
      value: "it's",
    } as const;
    expect(render(file, slots)).toBe(`select 1 + 1 from app."Carts" where "order" = 'it''s';`);
  });

  it("fills a slot as often as it stands there", () => {
    expect(render(template(`:"a" :'a' :{a}`), { a: "x" })).toBe("x 'x' x");
  });

  it("takes a number as SQL, and as a literal", () => {
    expect(render(template(`:{n} :'n'`), { n: 30 })).toBe("30 '30'");
  });

  it("throws when a slot has no value", () => {
    expect(() => render(template("select :{what}"), {})).toThrow(
      /^sql\/.*\/\d+\.sql has the slot :\{what\} without a value$/,
    );
  });

  it("throws when a value has no slot", () => {
    expect(() => render(template("select 1"), { what: "1", why: "2" })).toThrow(
      /^sql\/.*\/\d+\.sql has no slot for: what, why$/,
    );
  });

  it("indents all lines of a slot as its first", () => {
    const file = template("begin\n  :{body}\nend\n");
    expect(render(file, { body: "one;\n  two;\nthree;" })).toBe(
      "begin\n  one;\n    two;\n  three;\nend",
    );
  });

  it("indents by the margin of the line, wherever in it the slot stands", () => {
    expect(render(template("  from :{elements}"), { elements: "a\njoin b" })).toBe(
      "  from a\n  join b",
    );
  });

  it("drops a line that holds only an empty slot, and no other", () => {
    const file = template("one\n\n:{none}\ntwo :{none}\n:{none} three");
    expect(render(file, { none: "" })).toBe("one\n\ntwo\n three");
  });

  it("drops with it the comment right above and the empty line below", () => {
    const file = template("-- a\none\n\n  -- b\n  -- c\n  :{none}\n\n  :{none}\n\n-- d\ntwo");
    expect(render(file, { none: "" })).toBe("-- a\none\n\n-- d\ntwo");
  });

  it("leaves casts, slices and assignments alone", () => {
    const text = `a := b::text || c[1:n] || d::"char" || e::'x' || '{"f":true}'::jsonb;`;
    expect(render(template(text))).toBe(text);
  });

  it("takes a value as it is, though it reads like a replacement pattern or a slot", () => {
    const value = '$& $$ $1 $` :{other} :"name"';
    expect(render(template("<:{value}>"), { value })).toBe(`<${value}>`);
    expect(render(template("<:'value'>"), { value })).toBe(`<'${value}'>`);
    expect(render(template(`<:"value">`), { value: "$& $1" })).toBe(`<"$& $1">`);
  });

  it("ends without blanks and without an empty line", () => {
    expect(render(template("a  \nb :{c}\n\n"), { c: " " })).toBe("a\nb");
  });
});

describe("renderStamped", () => {
  const stamp = (sql: string) => /\[lastwill ([0-9a-f]{12})\]/.exec(sql)?.[1];
  const file = () =>
    template(`create view v as select :{what};\ncomment on view v is\n  :'comment';`);

  it("puts behind the sentence a hash of what the object would be without the hash", () => {
    const name = file();
    const plain = render(name, { what: "1", comment: "What it is." });
    const hash = createHash("sha256").update(plain).digest("hex").slice(0, 12);
    expect(renderStamped(name, "What it is.", { what: "1" })).toBe(
      plain.replace("What it is.", `What it is. [lastwill ${hash}]`),
    );
  });

  it("gives another hash for another object, and for another sentence", () => {
    const name = file();
    const one = stamp(renderStamped(name, "What it is.", { what: "1" }));
    expect(one).toBeDefined();
    expect(stamp(renderStamped(name, "What it is.", { what: "1" }))).toBe(one);
    expect(stamp(renderStamped(name, "What it is.", { what: "2" }))).not.toBe(one);
    expect(stamp(renderStamped(name, "What else it is.", { what: "1" }))).not.toBe(one);
  });
});

it("the templates that ship are found beside src/", () => {
  const shipped = readFileSync(new URL("../../../sql/policy/cascade.sql", import.meta.url), "utf8");
  expect(shipped).toContain('delete from only :"owned"');
  expect(
    render("policy/cascade.sql", {
      owned: ["a", "b"],
      ends: "true",
    }),
  ).toContain("delete from only a.b");
});
