import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { graphOutput } from "../../src/output/graph.ts";
import { WORN_SHOP } from "../support/worn-shop.ts";
import { builtForTests, type Ran, ROOT, run } from "./built.ts";

const built = builtForTests();
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "lw-graph-"));
  writeFileSync(join(folder, "ownership.yaml"), WORN_SHOP.manifest);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs `lastwill graph` beside a manifest; there is no database. */
function graph(...args: string[]): Promise<Ran> {
  return run("node", [built.cli, "graph", ...args], { cwd: folder });
}

describe("graph", () => {
  test.each([
    [[], "flowchart LR\n"],
    [["--format", "mermaid"], "flowchart LR\n"],
    [["--format", "dot"], "digraph ownership {\n"],
    [["--format", "svg"], '<svg xmlns="http://www.w3.org/2000/svg"'],
  ])("draws %j with nothing but the picture on stdout", async (args, beginning) => {
    const { code, stdout, stderr } = await graph(...args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout.startsWith(beginning)).toBe(true);
    for (const said of ["carts", "cart_items", "drafts", "uploads", "invites", "draftId"])
      expect(stdout).toContain(said);
  });

  test("writes to the byte the picture that docs has of the example", async () => {
    const picture = await graph("-m", join(ROOT, "ownership.yaml"), "--format", "svg");
    expect(picture.stdout).toBe(readFileSync(join(ROOT, "docs/ownership-graph.svg"), "utf8"));
  });

  test("gives with --json each owner and each edge, with what the manifest leaves to defaults", async () => {
    const { code, stdout } = await graph("--json");
    expect(code).toBe(0);
    const { owners, edges } = graphOutput.parse(JSON.parse(stdout));
    expect(owners).toEqual([
      {
        owner: "session",
        table: "session",
        managed: false,
        expires: ["expire"],
        sweep: "* * * * *",
      },
      {
        owner: "invite",
        table: "invites",
        managed: false,
        expires: ["expires_at"],
        sweep: "* * * * *",
      },
    ]);
    expect(edges.map(({ edge, depth, parent }) => [edge, depth, parent])).toEqual([
      ["session.carts", 1, null],
      ["session.cart_items", 2, "session.carts"],
      ["session.drafts", 1, null],
      ["session.uploads", 1, null],
      ["invite.drafts", 1, null],
    ]);
    expect(edges[3]).toEqual({
      edge: "session.uploads",
      owner: "session",
      table: "uploads",
      depth: 1,
      parent: null,
      tie: {
        kind: "data",
        path: "uploads[].id",
        column: null,
        on_replace: "release",
        guard: null,
      },
      policy: "archive",
      policy_target: "archive.uploads",
      grace_seconds: 3600,
      keep_when: null,
      claim: null,
      emit: ["path"],
    });
  });

  test("says what is wrong with a form that it does not know, with two forms, and without a manifest", async () => {
    const form = await graph("--format", "png");
    expect(form.code).toBe(2);
    expect(form.stderr).toContain("Allowed choices are mermaid, dot, svg.");
    const both = await graph("--format", "svg", "--json");
    expect(both.code).toBe(2);
    expect(both.stderr).toContain("cannot be used with");
    const none = await graph("-m", "nowhere.yaml");
    expect(none.code).toBe(2);
    expect(none.stderr).toContain("nowhere.yaml: there is no such file");
  });
});
