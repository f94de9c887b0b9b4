import { execFileSync, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { builtCopy } from "./built.ts";

let folder: string;
let remove: () => void;

beforeAll(async () => {
  const built = await builtCopy();
  ({ folder, remove } = built);
  for (const shell of ["bash", "fish"]) {
    const script = execFileSync("node", [join(folder, "dist/cli.js"), "completion", shell]);
    writeFileSync(join(folder, `completion.${shell}`), script);
  }
}, 120_000);

afterAll(() => remove());

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
  const ran = spawnSync("node", [join(folder, "dist/cli.js"), "completion", "tcsh"]);
  expect(ran.status).toBe(2);
  expect(String(ran.stderr)).toMatch(/Allowed choices are bash, zsh, fish/);
});
