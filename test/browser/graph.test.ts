/// <reference lib="dom" />
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { svgOf } from "../../src/diagram/svg.ts";
import { startBrowser, testBrowser } from "../support/browser.ts";
import { faintTexts, straying } from "../support/looks.ts";
import { drawn, FULL } from "../unit/diagram/manifests.ts";

/** Names as a database may have them. */
const NAMES = {
  "plain names": "carts",
  "wide letters": "WWWWWWWWWWWWWWWWMMMMMMMMMMMMMMMM",
  "letters of other scripts": "日本語のとても長いテーブル名です、はい",
  "small pictures": "😀😀😀😀😀😀😀😀😀😀",
  "marks of SVG": `</text></svg><script>alert("1")</script>&'`,
};

let folder: string;
let browser: Browser | undefined;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "lw-drawn-"));
});

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

describe.each(Object.entries(NAMES))("the picture of a manifest with %s", (title, name) => {
  const { boxes, arrows } = drawn(FULL);
  const picture = svgOf({
    boxes: boxes.map((box) => ({
      ...box,
      table: `${name}.${box.table}`,
      notes: box.notes.map((note) => `${note} ${name}`),
    })),
    arrows: arrows.map((arrow) => ({ ...arrow, tie: `${arrow.tie} ${name}` })),
  }).markup;
  const file = title.replaceAll(" ", "-");

  for (const colorScheme of ["light", "dark"] as const) {
    testBrowser(`has no text that is faint or leaves its place, in ${colorScheme}`, async () => {
      browser ??= await startBrowser();
      writeFileSync(
        join(folder, `${file}.html`),
        `<!doctype html><meta charset="utf-8">${picture}`,
      );
      const page = await browser.newPage({ colorScheme, viewport: { width: 1600, height: 900 } });
      await page.goto(pathToFileURL(join(folder, `${file}.html`)).href);
      expect(await straying(page)).toEqual([]);
      expect(await faintTexts(page)).toEqual([]);
      await page.close();
    });
  }

  testBrowser("is shown where a page embeds it as an image", async () => {
    browser ??= await startBrowser();
    writeFileSync(join(folder, `${file}.svg`), picture);
    writeFileSync(join(folder, `${file}-image.html`), `<!doctype html><img src="${file}.svg">`);
    const page = await browser.newPage();
    await page.goto(pathToFileURL(join(folder, `${file}-image.html`)).href);
    const width = await page.evaluate(() => document.querySelector("img")?.naturalWidth);
    expect(width).toBe(Number(/ width="(\d+)"/.exec(picture)?.[1]));
    await page.close();
  });
});
