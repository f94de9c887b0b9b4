import { tenths } from "../diagram/measure.ts";
import { type Markup, markup } from "../markup.ts";

/** Numbers over a time that is cut into equal spans. */
export interface Series {
  /** What is counted, as in `rows ended`. */
  readonly title: string;
  /** One for each span; undefined where nothing is known. */
  readonly values: readonly (number | undefined)[];
  readonly from: string;
  readonly to: string;
  /** A number in words: `1,204` or `12 min`. */
  readonly words: (value: number) => string;
}

const WIDTH = 320;
const HEIGHT = 120;
const TOP = 22;
const BOTTOM = 98;

/** A bar for each span, the most of them in figures. */
export function chart({ title, values, from, to, words }: Series): Markup {
  const known = values.filter((value) => value !== undefined);
  const most = Math.max(0, ...known);
  const step = WIDTH / Math.max(1, values.length);
  const bars = values.flatMap((value, at) =>
    value === undefined || value <= 0 ? [] : [bar(at, value / most, step)],
  );
  const said =
    known.length === 0
      ? "nothing in the log"
      : `${words(most)} at most, ${words(known.at(-1) ?? 0)} at last`;
  return markup`<svg class="chart" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${title}, ${from} to ${to}: ${said}">
<path class="grid" d="M0 ${TOP + 0.5}H${WIDTH}"/>
<text x="0" y="${TOP - 6}">${known.length === 0 ? "nothing in the log" : words(most)}</text>
${bars}
<path class="base" d="M0 ${BOTTOM + 0.5}H${WIDTH}"/>
<text x="0" y="${HEIGHT - 6}">${from}</text>
<text x="${WIDTH}" y="${HEIGHT - 6}" text-anchor="end">${to}</text>
</svg>`;
}

/** A value above nothing is never too low to be seen. */
function bar(at: number, part: number, step: number): Markup {
  const height = Math.max(1, part * (BOTTOM - TOP));
  const width = Math.max(1, step - 1.5);
  return markup`<rect x="${tenths(at * step)}" y="${tenths(BOTTOM - height)}" width="${tenths(width)}" height="${tenths(height)}"/>`;
}
