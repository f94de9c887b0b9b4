/** Text of HTML or SVG that is made only by `markup`: no string gets in without being escaped. */
export interface Markup {
  readonly markup: string;
}

/** What may stand in a slot: text, which is escaped, or markup, which is not. */
export type Slot = string | number | Markup | readonly Markup[];

/** A template of HTML or SVG. Texts and numbers in its slots are escaped, also within quoted attributes. */
export function markup(parts: TemplateStringsArray, ...slots: readonly Slot[]): Markup {
  const filled = slots.map((slot, at) => `${slotText(slot)}${parts[at + 1] ?? ""}`);
  return { markup: `${parts[0] ?? ""}${filled.join("")}` };
}

/** Nothing, where something may stand. */
export const NOTHING: Markup = { markup: "" };

function slotText(slot: Slot): string {
  if (typeof slot === "string" || typeof slot === "number") return escaped(String(slot));
  return "markup" in slot ? slot.markup : slot.map((each) => each.markup).join("\n");
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** What XML does not allow or nobody can see, and what turns the reading direction of all that follows. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to be kept out
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufffe\uffff]|\p{Surrogate}/gu;

function escaped(text: string): string {
  return visible(text).replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
}

/** The text on one line, with a replacement character for each that cannot be seen. */
export function visible(text: string): string {
  return text.replaceAll(/[\t\n\r]+/g, " ").replaceAll(UNSEEN, "\ufffd");
}
