import { existsSync } from "node:fs";
import process from "node:process";
import { type Browser, chromium } from "playwright-core";
import { type TestAPI, test } from "vitest";
import { say } from "./server/machine.ts";

/** The one that CHROMIUM names, Debian's, or the one that GitHub's machines have. */
const programs = [process.env["CHROMIUM"], "/usr/bin/chromium", "/usr/bin/google-chrome"];
const program = programs.find((each) => each !== undefined && existsSync(each));
const found = program !== undefined;
const inCi = process.env["CI"] !== undefined && process.env["CI"] !== "false";

if (!found) {
  say("************************************************************************");
  say(`THE TESTS OF PAGES ${inCi ? "FAIL" : "ARE SKIPPED"}: there is no Chromium.`);
  say("Debian: apt-get install chromium. Elsewhere name a Chromium or Chrome: CHROMIUM=/path");
  say("************************************************************************");
}

/** A test in a real browser. Where there is none it is skipped, but in CI it fails: its green would mean nothing. */
export const testBrowser: TestAPI = test.skipIf(!found && !inCi) as TestAPI;

/** Starts the browser without a window, and lets it ask nobody anything by itself. */
export function startBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: program ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}
