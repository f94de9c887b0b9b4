/** A text of no more than `width` characters, with an ellipsis where it was longer. */
export function cut(text: string, width: number): string {
  const letters = [...text];
  return letters.length > width ? `${letters.slice(0, Math.max(width - 1, 0)).join("")}…` : text;
}
