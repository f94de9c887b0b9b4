import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ReportOutput } from "../../../src/output/report.ts";
import { reportPage } from "../../../src/report/page.ts";
import { drawn, FULL } from "../diagram/manifests.ts";
import { QUIET, WELL } from "./report.ts";

const at = "2026-11-25T15:00:00.000Z";
const diagram = drawn(FULL);

/** A page with this text wherever the database or the manifest can have one. */
function pageOf(text: string): string {
  const told: ReportOutput = {
    ...QUIET,
    findings: [
      { state: "job", object: text, what: text, mend: text },
      { state: "note", object: text, what: text, mend: text },
    ],
    database: text,
    server_version: text,
    owners: [{ ...WELL, owner: text, job: `${text} (inactive)`, held: true, quarantined: 1 }],
    sweeps: QUIET.sweeps.map((each) => ({ ...each, owner: text })),
    waiting: [{ edge: text, rows: 1, due: 0, first_due_at: at, last_due_at: at }],
    quarantine: [
      {
        owner: text,
        edge: text,
        key: text,
        sqlstate: text,
        message: text,
        tries: 1,
        first_try_at: at,
        next_try_at: at,
      },
    ],
    outbox: [{ edge: text, waiting: 1, dead: 1, oldest_at: at }],
    dead_letters: [{ edge: text, key: text, tries: 1, last_error: text, dead_at: at }],
    orphans: [{ edge: text, rows: 1, more: true }],
  };
  const { boxes, arrows } = diagram;
  return reportPage(told, {
    boxes: boxes.map((box, place) => ({
      ...box,
      table: `${place}${text}`,
      notes: box.notes.map(() => text),
    })),
    arrows: arrows.map((arrow) => ({
      ...arrow,
      edge: text,
      tie: text,
      notes: arrow.notes.map(() => text),
    })),
  });
}

/** Everything that HTML could take for the beginning or the end of something. */
function marks(page: string): string {
  return (page.match(/[<>"']/g) ?? []).join("");
}

const texts = fc.oneof(
  fc.constantFrom(
    "<script>alert(1)</script>",
    "</style><img src=x onerror=alert(1)>",
    '" onfocus="alert(1)" autofocus="',
    "' style='background:url(//evil)",
    "&lt;b&gt; &amp; <!--",
    "</title>\u0000\u202e\u2066",
  ),
  fc.string({ unit: "binary", maxLength: 60 }),
);

describe("the page", () => {
  test("has nothing in it that a name or a message has put there but its text", () => {
    const plain = marks(pageOf("plain"));
    fc.assert(
      fc.property(texts, (text) => {
        expect(marks(pageOf(text))).toBe(plain);
      }),
      { numRuns: 60 },
    );
  });

  test("shows a hostile message as it is written", () => {
    expect(pageOf('<b>"&</b>')).toContain('<td class="text">&lt;b&gt;&quot;&amp;&lt;/b&gt; (');
  });

  test("names nothing outside itself, and tells the browser to fetch nothing", () => {
    const page = pageOf("plain").replaceAll("http://www.w3.org/2000/svg", "");
    expect(page).not.toMatch(/https?:|\bsrc=|\bhref=|@import|<script|url\((?!#)/);
    expect(page).toContain("default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;");
  });

  test("says of each list that is empty that it is", () => {
    const page = reportPage(QUIET, diagram);
    for (const said of [
      "Nothing does.",
      "No row waits out its grace.",
      "No row is in it.",
      "There is no letter in it.",
      "No row lingers.",
    ])
      expect(page).toContain(said);
  });
});
