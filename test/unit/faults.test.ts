import { describe, expect, it } from "vitest";
import { type Fault, InputError, type Path, pathText } from "../../src/faults.ts";

describe("pathText", () => {
  it.each([
    [["owners", "session", "owns", 0, "by"], "owners.session.owns[0].by"],
    [["owners", "my session"], 'owners."my session"'],
    [["owners", "a.b", "owns", 12], 'owners."a.b".owns[12]'],
    [["a-b_c$"], "a-b_c$"],
    [[], ""],
  ] satisfies [Path, string][])("writes %j as %s", (path, text) => {
    expect(pathText(path)).toBe(text);
  });
});

describe("InputError", () => {
  const fault = (what: string, path: Path = ["owners", what]): Fault => ({
    path,
    on: "value",
    what,
    fix: `Fix ${what}.`,
  });

  it("tells every fault with its place, what is wrong, and on a line of its own what to do", () => {
    const locate = () => ({ line: 9, column: 13 });
    const error = new InputError({ file: "ownership.yaml", locate }, [fault("one"), fault("two")]);
    expect(error.message).toBe(
      "ownership.yaml:9:13 owners.one: one\n  Fix one.\nownership.yaml:9:13 owners.two: two\n  Fix two.",
    );
  });

  it("tells them in the file's order, and last those that have no place", () => {
    const places: Record<string, { line: number; column: number } | undefined> = {
      late: { line: 10, column: 1 },
      right: { line: 2, column: 2000 },
      left: { line: 2, column: 3 },
    };
    const locate = (path: Path) => places[String(path[1])];
    const faults = ["nowhere", "late", "right", "left"].map((name) => fault(name));
    const error = new InputError({ file: "m.yaml", locate }, faults);
    expect(error.faults.map(({ what }) => what)).toEqual(["left", "right", "late", "nowhere"]);
  });

  it("leaves out what there is none of", () => {
    const error = new InputError({ file: "m.ts", locate: () => undefined }, [fault("empty", [])]);
    expect(error.message).toBe("m.ts: empty\n  Fix empty.");
  });
});
