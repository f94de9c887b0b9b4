import { expect, test } from "vitest";
import { type Engine, onEmbedded, onServer } from "../../src/demo/engine.ts";
import { tellStory } from "../../src/demo/story.ts";
import { withDatabase } from "../support/database.ts";

const schemas = "select nspname from pg_namespace where nspname ~ 'lastwill' order by 1";

test("the demo tells its story on a server, and leaves nothing behind", () =>
  withDatabase(async (db) => {
    const told: string[] = [];
    const lingering = await onServer(
      db.url,
      (engine) => tellStory(engine, (line) => told.push(line)),
      () => undefined,
    );
    expect(lingering).toBe(0);
    expect(told.join("\n")).toContain("it is taken back (drafts: 1, released: 0)");
    expect(await db.query(schemas)).toEqual([]);
  }));

test("the demo tells its story on the embedded engine, whose clock ticks in milliseconds", async () => {
  const told: string[] = [];
  const play = (engine: Engine) => tellStory(engine, (line) => told.push(line));
  expect(await onEmbedded(play, () => undefined)).toBe(0);
  expect(told.join("\n")).toContain("it is taken back (drafts: 1, released: 0)");
});

test("a demo that fails on a server takes away what it had made", () =>
  withDatabase(async (db) => {
    const failing = onServer(
      db.url,
      async ({ client }) => {
        await client.query("create schema lastwill; create table drafts (id bigint)");
        throw new Error("cut off");
      },
      () => undefined,
    );
    await expect(failing).rejects.toThrow("cut off");
    expect(await db.query(schemas)).toEqual([]);
  }));

test("the demo refuses a database where pg-lastwill is installed, and touches nothing there", () =>
  withDatabase(async (db) => {
    await db.query("create schema lastwill");
    const refused = onServer(
      db.url,
      (engine) => tellStory(engine, () => undefined),
      () => undefined,
    );
    await expect(refused).rejects.toThrow("has a schema lastwill already");
    expect(await db.query(schemas)).toEqual([{ nspname: "lastwill" }]);
  }));
