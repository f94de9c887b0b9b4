import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { InputError } from "../../../src/faults.ts";
import { readManifest } from "../../../src/manifest/read.ts";

// A case is a comment, `-- ownership.yaml --` with the manifest, then `-- valid --`, or `-- faults --`
// with the exact message. UPDATE_CASES=1 writes down what comes out; read it before it is committed.
const folder = new URL("cases/", import.meta.url);
const SECTION = /^-- (\S+) --\n/m;

function messageOf(text: string, file: string): string | undefined {
  try {
    readManifest(text, file);
    return undefined;
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
}

describe("cases", () => {
  for (const name of readdirSync(folder)) {
    it(name, () => {
      const whole = readFileSync(new URL(name, folder), "utf8");
      const [comment = "", file = "", text = ""] = whole.split(SECTION);
      const message = messageOf(text, file);
      const verdict = message === undefined ? "-- valid --\n" : `-- faults --\n${message}\n`;
      const actual = `${comment}-- ${file} --\n${text}${verdict}`;
      if (process.env["UPDATE_CASES"]) writeFileSync(new URL(name, folder), actual);
      else expect(actual).toBe(whole);
    });
  }
});
