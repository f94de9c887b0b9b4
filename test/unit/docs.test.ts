import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { readManifest, readManifestValue } from "../../src/manifest/read.ts";

const ROOT = new URL("../../", import.meta.url);

const PAGES = ["README.md", "CONTRIBUTING.md", "examples/README.md", ...below("docs")];
const MANIFESTS = ["ownership.yaml", "examples/express-login.yaml", "examples/express-redis.yaml"];

/** Files of a folder, at any depth. */
function below(folder: string): string[] {
  return readdirSync(new URL(folder, ROOT), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => `${folder}/${name}`)
    .sort();
}

const read = (page: string): string => readFileSync(new URL(page, ROOT), "utf8");

interface Block {
  readonly place: string;
  readonly text: string;
}

function yamlBlocks(page: string): Block[] {
  const text = read(page);
  return [...text.matchAll(/^```yaml\n(.*?)^```$/gms)].map((match) => ({
    place: `${page}:${text.slice(0, match.index).split("\n").length}`,
    text: match[1] ?? "",
  }));
}

/** A page shows a whole manifest, or some part of one; a part gets the rest around it. */
function manifestAround(part: unknown): unknown {
  if (Array.isArray(part)) return ownerOf({ store: "connect-pg-simple", owns: part });
  const given = part as Record<string, unknown>;
  if ("owners" in given) return given;
  if ("grants" in given || "cron" in given) return { ...ownerOf({ table: "session" }), ...given };
  if ("owns" in given) return ownerOf({ store: "connect-pg-simple", ...given });
  return ownerOf({ table: "session", ...given });
}

function ownerOf(session: unknown): Record<string, unknown> {
  return { owners: { session } };
}

describe("what a page shows is a manifest that is read", () => {
  const blocks = PAGES.flatMap(yamlBlocks);

  test("and there are some", () => {
    expect(blocks.length).toBeGreaterThan(20);
  });

  test.each(blocks)("$place", ({ place, text }) => {
    expect(() => readManifestValue(manifestAround(parse(text)), place)).not.toThrow();
  });
});

test.each(MANIFESTS)("%s is a manifest that is read", (file) => {
  expect(() => readManifest(read(file), file)).not.toThrow();
});

describe("what a store's page says of its preset is what the preset is", () => {
  const stores = below("docs/stores").filter((page) => /^ {4}store: /m.test(read(page)));

  test.each(stores)("%s", (page) => {
    const [first, second] = yamlBlocks(page).map(({ text }) => parse(text));
    const { store } = first.owners.session;
    expect(page).toBe(`docs/stores/${store}.md`);
    const declared = (session: unknown) =>
      readManifestValue(ownerOf(session), page).manifest.owners.map(
        ({ table, key, expires, data }) => ({
          table,
          key,
          expires: expires.map(({ path: _, zoneAssumed: __, ...rule }) => rule),
          data: data && { column: data.column, format: data.format },
        }),
      );
    expect(declared(second)).toEqual(declared({ store }));
  });
});

describe("a message that the questions quote is one of ours", () => {
  const sources = ["sql", "src"].flatMap((folder) =>
    readdirSync(new URL(folder, ROOT), { recursive: true, encoding: "utf8" })
      .filter((name) => /\.(sql|ts)$/.test(name))
      .map((name) => read(`${folder}/${name}`)),
  );
  const section =
    /^## Error messages$(.*?)^PostgreSQL's own/ms.exec(read("docs/faq.md"))?.[1] ?? "";
  const messages = [...section.matchAll(/^\| `([^`]+)` \|/gm)].map(([, message = ""]) => message);

  test("and there are some", () => {
    expect(messages.length).toBeGreaterThan(15);
  });

  test.each(messages)("%s", (message) => {
    const parts = message.split("…").filter((part) => part.trim() !== "");
    const saidIn = sources.filter((source) => parts.every((part) => source.includes(part)));
    expect(saidIn).not.toEqual([]);
  });
});

test.each(PAGES)("%s installs from a clone what is not on npm, in this version", (page) => {
  const text = read(page);
  expect(text).not.toMatch(/npm install (?:\S+ )*pg-lastwill(?![-/])|npx (?:--yes )?pg-lastwill/);
  const { version } = JSON.parse(read("package.json"));
  for (const [, shown] of text.matchAll(/pg-lastwill-([\d.]+)\.tgz/g)) expect(shown).toBe(version);
});

/** GitHub's anchor of a heading. */
const anchor = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replaceAll(" ", "-");

test.each(PAGES)("the links of %s lead somewhere", (page) => {
  const outside = read(page).replace(/^```.*?^```$/gms, "");
  const links = [...outside.matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]*))?\)/g)];
  const broken = links.filter(([, path = "", part]) => {
    const target = path === "" ? page : new URL(path, new URL(page, "file:///")).pathname.slice(1);
    if (!existsSync(new URL(target, ROOT))) return true;
    if (part === undefined) return false;
    const headings = [...read(target).matchAll(/^#+ (.*)$/gm)];
    return !headings.some((match) => anchor(match[1] ?? "") === part);
  });
  expect(broken.map(([link]) => link)).toEqual([]);
});
