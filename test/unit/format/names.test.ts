import { describe, expect, it } from "vitest";
import { dbmate } from "../../../src/format/dbmate.ts";
import { drizzle } from "../../../src/format/drizzle.ts";
import { flyway } from "../../../src/format/flyway.ts";
import { FORMATS } from "../../../src/format/formats.ts";
import { goose } from "../../../src/format/goose.ts";
import { prisma } from "../../../src/format/prisma.ts";
import { rails } from "../../../src/format/rails.ts";
import { plainSql } from "../../../src/format/sql.ts";
import { thing } from "../plan/things.ts";
import { ALL, names, written } from "./written.ts";

describe("the files of an installation", () => {
  it.each([
    [
      plainSql,
      [
        "0001_lastwill-prepare.up.sql",
        "0001_lastwill-prepare.down.sql",
        "0002_lastwill-install.up.sql",
        "0002_lastwill-install.down.sql",
        "0003_lastwill-finish.up.sql",
        "0003_lastwill-finish.down.sql",
      ],
    ],
    [
      dbmate,
      [
        "20260203040506_lastwill_prepare.sql",
        "20260203040507_lastwill_prepare.sql",
        "20260203040508_lastwill_prepare.sql",
        "20260203040509_lastwill_install.sql",
        "20260203040510_lastwill_finish.sql",
      ],
    ],
    [
      drizzle,
      [
        "0000_lastwill_prepare.sql",
        "down/0000_lastwill_prepare.sql",
        "0001_lastwill_install.sql",
        "down/0001_lastwill_install.sql",
        "0002_lastwill_finish.sql",
        "down/0002_lastwill_finish.sql",
        "meta/_journal.json",
      ],
    ],
    [
      flyway,
      [1, 2, 3].flatMap((version) =>
        ["V", "U"].flatMap((kind) =>
          ["", ".conf"].map(
            (suffix) =>
              `${kind}${version}__lastwill_${["", "prepare", "install", "finish"][version]}.sql${suffix}`,
          ),
        ),
      ),
    ],
    [
      goose,
      [
        "20260203040506_lastwill_prepare.sql",
        "20260203040507_lastwill_install.sql",
        "20260203040508_lastwill_finish.sql",
      ],
    ],
    [
      prisma,
      ["06_lastwill_prepare", "07_lastwill_prepare", "08_lastwill_prepare"]
        .concat("09_lastwill_install", "10_lastwill_finish")
        .flatMap((folder) => ["migration.sql", "down.sql"].map((file) => `${folder}/${file}`))
        .map((path) => `202602030405${path}`),
    ],
    [
      rails,
      [
        "20260203040506_lastwill_prepare.rb",
        "20260203040507_lastwill_install.rb",
        "20260203040508_lastwill_finish.rb",
      ],
    ],
  ])("are for $name what its tool runs, in this order", (format, expected) => {
    expect(names(written(format, { after: ALL }))).toEqual(expected);
  });

  it.each(FORMATS)(
    "carry for $name each hazard once, and none when nothing has changed",
    (format) => {
      const table = thing("table lastwill.a", { hazards: [{ text: "stops writes" }] });
      const hazards = written(format, { after: [...ALL, table] }).flatMap((file) => file.hazards);
      expect(hazards).toEqual([{ text: "stops writes" }]);
      expect(written(format, { before: ALL, after: ALL })).toEqual([]);
    },
  );
});

describe("the next files in a folder", () => {
  const change = { after: [thing("table lastwill.a")] };
  const first = (format: typeof flyway, existing: string[]) =>
    names(written(format, change, { existing }))[0];

  it.each([
    [dbmate, ["0007_shop.sql"], "0008_lastwill_change.sql"],
    [goose, ["00041_shop.sql"], "00042_lastwill_change.sql"],
    [
      prisma,
      ["20250101000000_shop", "migration_lock.toml"],
      "20260203040506_lastwill_change/migration.sql",
    ],
    [prisma, ["20270101000000_shop"], "20270101000001_lastwill_change/migration.sql"],
    [rails, ["20270101000000_create_carts.rb"], "20270101000001_lastwill_change.rb"],
    [flyway, ["V1__shop.sql", "V10__more.sql", "R__views.sql"], "V11__lastwill_change.sql"],
    [flyway, ["V001__shop.sql"], "V002__lastwill_change.sql"],
    [
      flyway,
      ["V1_9__shop.sql", "V1_10__more.sql", "U1_10__more.sql"],
      "V1_11__lastwill_change.sql",
    ],
    [flyway, ["V2.1__shop.sql", "V1.12__more.sql"], "V2.2__lastwill_change.sql"],
    [flyway, ["B5__base.sql", "V4__shop.sql"], "V6__lastwill_change.sql"],
    [flyway, ["V2__shop.sql", "V2.0.1__fix.sql"], "V2.0.2__lastwill_change.sql"],
    [flyway, ["V20250101000000__shop.sql"], "V20260203040506__lastwill_change.sql"],
  ])("for $name come after %j: %s", (format, existing, expected) => {
    expect(first(format, existing)).toBe(expected);
  });
});
