import { describe, expect, test } from "vitest";
import { createDatabase } from "../support/database.ts";
import type { Installed } from "../support/installed.ts";
import { installInto } from "../support/installed.ts";
import { isPossible, KINDS, SHARED } from "../support/matrix/kinds.ts";
import { POLICIES } from "../support/matrix/policies.ts";
import { runEnds, runShared } from "../support/matrix/run.ts";
import type { Findings } from "../support/matrix/sheet.ts";
import { type Kind, World } from "../support/matrix/world.ts";

describe.concurrent("every way to end, under every policy, of rows tied by", () => {
  for (const kind of KINDS) test(kind.name, () => withWorlds(kind, runEnds));
});

describe.concurrent("every way to end, under every policy, of rows tied twice, by", () => {
  for (const kind of SHARED) test(kind.name, () => withWorlds(kind, runShared));
});

/** Installs a kind of tie under each policy that it can have, and tries all of them. */
async function withWorlds(
  kind: Kind,
  run: (db: Installed, world: World) => Promise<Findings>,
): Promise<void> {
  const db = await createDatabase();
  try {
    const worlds = POLICIES.filter((policy) => isPossible(kind, policy)).map(
      (policy) => new World(db, kind, policy),
    );
    const schema = [
      "do $$ begin create role app; exception when duplicate_object or unique_violation then null; end $$",
      ...worlds.map((world) => world.schema()),
      "reset search_path",
    ].join(";\n");
    const owners = Object.assign({}, ...worlds.map((world) => world.owners()));
    const manifest = JSON.stringify({ cron: "none", owners });
    await installInto(db, { schema, manifest }, async (installed) => {
      const findings: Findings[] = [];
      for (const world of worlds) findings.push(await run(installed, world));
      expect(findings.flatMap(({ wrong }) => wrong)).toEqual([]);
      expect(await db.query("table lastwill.released")).toEqual([]);
      expect(await db.query("table lastwill.quarantine")).toEqual([]);
    });
  } finally {
    await db.close();
  }
}
