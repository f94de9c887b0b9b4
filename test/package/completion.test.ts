import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { builtForTests } from "./built.ts";

const built = builtForTests();
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "lw-completion-"));
  for (const shell of ["bash", "fish"]) {
    const script = execFileSync("node", [built.cli, "completion", shell]);
    writeFileSync(join(folder, `completion.${shell}`), script);
  }
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What a tab offers after the words of `line`; one that is just being begun is the last. */
const SHELLS = {
  bash: (line: string) =>
    `source completion.bash
     COMP_WORDS=(${line}); [[ "${line}" == *" " ]] && COMP_WORDS+=("")
     COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
     _lastwill; printf '%s\\n' "\${COMPREPLY[@]}"`,
  fish: (line: string) => `source completion.fish; complete -C ${JSON.stringify(line)} | cut -f1`,
};

for (const shell of ["bash", "fish"] as const) {
  const missing = spawnSync(shell, ["--version"]).error !== undefined;
  describe.skipIf(missing)(shell, () => {
    it.each([
      ["lastwill gen", ["gen-migrations"]],
      ["lastwill migrate s", ["status"]],
      ["lastwill sweep --ac", ["--accept"]],
      ["lastwill migrate status --js", ["--json"]],
      ["lastwill gen-migrations --format d", ["dbmate", "drizzle"]],
      ["lastwill gen-migrations --format dbmate --st", ["--stdout"]],
      ["gen-migrations --che", ["--check"]],
      ["pg-lastwill insp", ["inspect"]],
      ["lastwill completion b", ["bash"]],
    ])("%s⇥", (line, expected) => {
      const offered = execFileSync(shell, ["-c", SHELLS[shell](line)], { cwd: folder });
      expect(String(offered).trim().split("\n").sort()).toEqual(expected);
    });
  });
}

test("another shell is refused, with those there are", () => {
  const ran = spawnSync("node", [built.cli, "completion", "tcsh"]);
  expect(ran.status).toBe(2);
  expect(String(ran.stderr)).toMatch(/Allowed choices are bash, zsh, fish/);
});
