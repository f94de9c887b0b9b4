import { type Markup, markup, type Slot } from "../markup.ts";

/** A column of a table on the page. */
export interface PageColumn {
  readonly head: string;
  /** Numbers stand right; long text is wrapped. */
  readonly kind?: "right" | "text";
}

/** A table that says what it holds, and that scrolls by itself where the page is narrow. */
export function pageTable(
  caption: string,
  columns: readonly PageColumn[],
  rows: readonly (readonly Slot[])[],
): Markup {
  const side = (at: number) => columns[at]?.kind ?? "left";
  const heads = columns.map(
    ({ head }, at) => markup`<th scope="col" class="${side(at)}">${head}</th>`,
  );
  const lines = rows.map((cells) => {
    const [first = "", ...others] = cells;
    const rest = others.map((cell, at) => markup`<td class="${side(at + 1)}">${cell}</td>`);
    return markup`<tr><th scope="row" class="left">${first}</th>${rest}</tr>`;
  });
  return markup`<div class="wide" role="region" aria-label="${caption}" tabindex="0"><table>
<caption>${caption}</caption>
<thead><tr>${heads}</tr></thead>
<tbody>
${lines}
</tbody>
</table></div>`;
}

/** A name of the database's. */
export function code(text: string): Markup {
  return markup`<code>${text}</code>`;
}

/** A section with its heading. */
export function section(id: string, heading: string, content: Markup): Markup {
  return markup`<section aria-labelledby="${id}">
<h2 id="${id}">${heading}</h2>
${content}
</section>`;
}
