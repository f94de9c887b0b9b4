import { expect, test } from "vitest";
import { isTrouble } from "../../../src/health/finding.ts";
import { warningFindings } from "../../../src/health/warning-findings.ts";

test("a table that ends along with another is only told, a zone and an archive need a person", () => {
  const found = warningFindings([
    { kind: "cascade", object: "foreign key f on logs", what: "logs is not declared" },
    { kind: "zone", object: "TimeZone", what: "expire is hours off", fix: "Reset it." },
    { kind: "archive", object: "archive kept", what: "carts has more", fix: "Generate again." },
  ]);
  expect(found.map(({ state, mend }) => [state, mend])).toEqual([
    ["note", "nothing, if it is meant so"],
    ["setting", "Reset it."],
    ["outdated", "Generate again."],
  ]);
  expect(found.map(isTrouble)).toEqual([false, true, true]);
});
