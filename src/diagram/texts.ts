import type { Arrow, Box } from "./diagram.ts";
import { cut, type Font, textWidth } from "./measure.ts";

/** A line of text in a picture, in one of its styles. */
export interface Line {
  readonly text: string;
  readonly style: TextStyle;
}

export type TextStyle = "title" | "name" | "note";

/** Sizes in pixels; `step` is the room that a line takes. */
export const TEXT_STYLES: Readonly<
  Record<TextStyle, { readonly size: number; readonly step: number; readonly font: Font }>
> = {
  title: { size: 14, step: 20, font: "fixed" },
  name: { size: 12, step: 17, font: "fixed" },
  note: { size: 11, step: 15, font: "words" },
};

const LONGEST = 36;

/** What a box says: its owners, if any, its table, and its notes. */
export function boxLines({ owners, table, notes }: Box): Line[] {
  const title = owners.length > 0 ? owners.join(", ") : table;
  const owner = title === table ? "owner" : `owner, table ${table}`;
  return [
    line(title, "title"),
    ...(owners.length > 0 ? [owner, ...notes] : notes).map((note) => line(note, "note")),
  ];
}

/** What stands at an arrow: how the row is tied above it, its notes below. */
export function arrowLines({ tie, notes }: Arrow): { above: Line; below: Line[] } {
  return { above: line(tie, "name"), below: notes.map((note) => line(note, "note")) };
}

function line(text: string, style: TextStyle): Line {
  return { text: cut(text, LONGEST), style };
}

export function lineWidth({ text, style }: Line): number {
  const { size, font } = TEXT_STYLES[style];
  return textWidth(text, size, font);
}

export function linesHeight(lines: readonly Line[]): number {
  return lines.reduce((sum, { style }) => sum + TEXT_STYLES[style].step, 0);
}
