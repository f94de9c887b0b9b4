import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadManifest } from "../../../src/manifest/load.ts";

const definition = new URL("../../../src/manifest/define-ownership.ts", import.meta.url).pathname;
let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "lastwill-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

describe("loadManifest", () => {
  it.each([
    ["ownership.yaml", "owners: { s: { table: session } }"],
    ["ownership.yml", "owners:\n  s:\n    table: session\n"],
    ["ownership.json", '{ "owners": { "s": { "table": "session" } } }'],
    ["plain.mjs", 'export default { owners: { s: { table: "session" } } };'],
    [
      "ownership.ts",
      `import { defineOwnership } from ${JSON.stringify(definition)};
       enum Table { Session = "session" }
       export default defineOwnership({ owners: { s: { table: Table.Session } } });`,
    ],
  ])("loads %s", async (name, text) => {
    const file = write(name, text);
    const { manifest, source } = await loadManifest(file);
    expect(manifest.owners).toMatchObject([{ name: "s", table: "session" }]);
    expect(source.file).toBe(file);
  });

  it("tells the faults in a module", async () => {
    const file = write("wrong.ts", "export default { owners: {} };");
    await expect(loadManifest(file)).rejects.toThrow(`${file}: owners: no owner is declared`);
  });

  it.each([
    ["broken.ts", "export default {", "the module cannot be loaded: "],
    ["throws.ts", 'throw new Error("not today");', "the module cannot be loaded: not today"],
    ["named.ts", "export const owners = {};", "the module has no default export"],
    ["ownership.toml", "", "a manifest's name has another ending"],
  ])("refuses %s", async (name, text, what) => {
    const file = write(name, text);
    await expect(loadManifest(file)).rejects.toMatchObject({
      name: "InputError",
      message: expect.stringContaining(`${file}: ${what}`),
    });
  });

  it("says what to do when there is no such file", async () => {
    await expect(loadManifest("nowhere/ownership.yaml")).rejects.toThrow(
      "nowhere/ownership.yaml: there is no such file\n  Run the command in the manifest's folder, " +
        "or name the manifest: -m path/ownership.yaml.",
    );
  });

  it("says when the name is a folder's", async () => {
    const file = join(folder, "folder.yaml");
    mkdirSync(file);
    await expect(loadManifest(file)).rejects.toThrow(`${file}: this is a folder`);
  });
});
