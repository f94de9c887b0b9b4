/** A font of fixed width, for names of the database's; the other is for words. */
export type Font = "fixed" | "words";

/** Characters of about one width, in parts of the font's size: no less than the widest common sans serif has. */
const WIDTHS: readonly (readonly [RegExp, number])[] = [
  [/[\u1100-\u{10ffff}]/u, 1.4],
  [/[mwMW@%\u0250-\u10ff]/, 1],
  [/[A-Z&#=+<>~\u0080-\u024f]/, 0.84],
  [/[filjrt.,:;'|!()[\] -]/, 0.43],
];
const WORDS_WIDTH = 0.66;
const FIXED_WIDTH = 0.62;

/** No less than the text's width in pixels, whatever font the reader's machine has. */
export function textWidth(text: string, size: number, font: Font): number {
  const widths = [...text].map((character) => {
    const [, width] = WIDTHS.find(([kind]) => kind.test(character)) ?? [];
    if (font === "words") return width ?? WORDS_WIDTH;
    return character < "\u0080" ? FIXED_WIDTH : Math.max(width ?? 0, FIXED_WIDTH);
  });
  return Math.ceil(widths.reduce((sum, width) => sum + width, 0) * size);
}

/** The text, cut with an ellipsis where it has more than `most` characters. */
export function cut(text: string, most: number): string {
  const characters = [...text];
  return characters.length > most ? `${characters.slice(0, most - 1).join("")}…` : text;
}

/** Pixels with one decimal: more is not seen, and would differ from machine to machine. */
export function tenths(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}
