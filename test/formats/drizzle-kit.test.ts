import { readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { drizzle } from "../../src/format/drizzle.ts";
import { JOURNAL } from "../../src/format/drizzle-journal.ts";
import { inFolder } from "../golden/golden.ts";
import { withDatabase } from "../support/database.ts";
import { EVERY_KIND, generateFor, write } from "./generated.ts";
import { drizzle as migrator } from "./tools/drizzle.ts";
import { execute } from "./tools/tool.ts";

const MODULES = fileURLToPath(new URL("../../node_modules", import.meta.url));

const TABLES = `
  import { bigint, jsonb, pgTable, timestamp } from "drizzle-orm/pg-core";
  const id = () => bigint({ mode: "number" }).primaryKey();
  export const visits = pgTable("visits", {
    id: id(),
    data: jsonb().notNull(),
    expires_at: timestamp({ withTimezone: true }).notNull(),
  });
  export const carts = pgTable("carts", { id: id(), visit_id: bigint({ mode: "number" }) });
  export const drafts = pgTable("drafts", { id: id() });
`;

test("drizzle-kit goes on from ours, and migrates theirs and ours in one go", () =>
  withDatabase((db) =>
    inFolder(async (root) => {
      symlinkSync(MODULES, join(root, "node_modules"));
      const config = {
        dialect: "postgresql",
        schema: "./schema.mjs",
        out: "./drizzle",
        dbCredentials: { url: db.url },
      };
      writeFileSync(
        join(root, "drizzle.config.mjs"),
        `export default ${JSON.stringify(config)};\n`,
      );
      const kit = (command: string) =>
        execute(join(MODULES, ".bin/drizzle-kit"), [command, "--config", "drizzle.config.mjs"], {
          cwd: root,
        });
      const folder = join(root, "drizzle");
      writeFileSync(join(root, "schema.mjs"), TABLES);
      await kit("generate");
      await migrator.up({ db, folder, files: [] });

      const journal = readFileSync(join(folder, JOURNAL), "utf8");
      const before = [{ name: JOURNAL, text: journal, replaces: true, hazards: [] }];
      const [manifest = ""] = EVERY_KIND.manifests;
      const made = await generateFor(drizzle, db, manifest, { files: before, lock: undefined });
      write(folder, made.files);

      writeFileSync(
        join(root, "schema.mjs"),
        `${TABLES}  export const later = pgTable("later", { id: id() });\n`,
      );
      await kit("generate");
      const files = readdirSync(folder).filter((name) => name.endsWith(".sql"));
      expect(files.map((name) => name.replace(/^(000[04])_.*/, "$1"))).toEqual([
        "0000",
        "0001_lastwill_prepare.sql",
        "0002_lastwill_install.sql",
        "0003_lastwill_finish.sql",
        "0004",
      ]);
      const later = readFileSync(join(folder, files.at(-1) ?? ""), "utf8");
      expect(later.match(/CREATE \w+ "\w+"/g)).toEqual(['CREATE TABLE "later"']);

      await kit("migrate");
      const [there] = await db.query(`
        select
          to_regclass('lastwill.released') is not null as ours,
          to_regclass('later') is not null as theirs,
          (select count(*)::integer from drizzle.__drizzle_migrations) as listed`);
      expect(there).toEqual({ ours: true, theirs: true, listed: 5 });
    }),
  ));
