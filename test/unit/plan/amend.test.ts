import { describe, expect, it } from "vitest";
import type { MigrationFile } from "../../../src/format/format.ts";
import { nodePgMigrate } from "../../../src/format/node-pg-migrate.ts";
import type { DbObject } from "../../../src/objects/object.ts";
import { amended, amendedText, amendments, has } from "../../../src/plan/amend.ts";
import { diff, type Step } from "../../../src/plan/diff.ts";
import { migrationsOf } from "../../../src/plan/migration.ts";
import { sql, thing } from "./things.ts";

const key = thing("foreign key a");

/** What is done with orphans of that key, in a statement and in words. */
function orphans(statement: string, hazard: string): DbObject {
  return thing("orphans of foreign key a", {
    phase: "after",
    create: [sql(statement)],
    drop: [],
    needs: [key.id],
    hazards: [{ text: hazard }],
  });
}

const stop = orphans(
  "raise `$1` '\\d' $\x7bx};",
  "stops if there are any, and changes nothing then",
);
const remove = orphans(
  "delete from \"$&\" where a like '$$\\x`';",
  "deletes them, in batches, for each of which everybody has to wait for a moment that is long enough to fill a line",
);
const validation = thing("validation of foreign key a", { phase: "after", drop: [] });

const { encode = String } = nodePgMigrate;

function written(up: readonly Step[], down: readonly Step[]): MigrationFile | undefined {
  const folder = { existing: [], texts: new Map(), now: 0 };
  return nodePgMigrate.write(migrationsOf(up, down), folder)[0];
}

const steps = (before: DbObject[], after: DbObject[]) => diff(amended(before, after), after);

describe("another word on orphans", () => {
  it("makes no step, and is an amendment", () => {
    expect(steps([key, stop, validation], [key, remove, validation])).toEqual([]);
    expect(amendments([key, stop, validation], [key, remove, validation])).toEqual([
      { was: stop, is: remove },
    ]);
  });

  it("makes the file what it would have been with that word from the start", () => {
    const file = (object: DbObject) =>
      written(diff([], [object, validation]), diff([object, validation], []))?.text ?? "";
    expect(has(file(stop), stop, encode)).toBe(true);
    expect(amendedText(file(stop), [{ was: stop, is: remove }], encode)).toBe(file(remove));
    expect(amendedText(file(remove), [{ was: remove, is: stop }], encode)).toBe(file(stop));
  });

  it("changes nothing in a file that does something else", () => {
    const other = orphans("select 1;", "reads");
    const file = written(diff([], [other]), []);
    expect(has(file?.text ?? "", stop, encode)).toBe(false);
    expect(amendedText(file?.text ?? "", [{ was: stop, is: remove }], encode)).toBe(file?.text);
  });

  it("is a step like any other where the foreign key is another too", () => {
    const changed = { ...key, create: [sql("create another;")] };
    const [before, after] = [
      [key, stop],
      [changed, remove],
    ];
    expect(amendments(before, after)).toEqual([]);
    expect(steps(before, after).map(({ verb, object }) => `${verb} ${object.id}`)).toEqual([
      "drop foreign key a",
      "create foreign key a",
      "create orphans of foreign key a",
    ]);
  });

  it("is none where it is said in another way only", () => {
    const reworded = { ...stop, create: [sql("raise 'in other words';")] };
    expect(amendments([key, stop], [key, reworded])).toEqual([]);
    expect(steps([key, stop], [key, reworded])).toEqual([]);
  });

  it("asks for nothing when the edge is gone, or new", () => {
    expect(amendments([key, stop], [])).toEqual([]);
    expect(amendments([], [key, stop])).toEqual([]);
  });
});
