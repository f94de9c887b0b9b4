/// <reference lib="dom" />
import type { Page } from "playwright-core";

/** Texts of a page whose contrast to what is behind them is less than 4.5, as WCAG reckons it. */
export function faintTexts(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const parts = (color: string) => (color.match(/[\d.]+/g) ?? []).map(Number);
    const luminance = (color: string) => {
      const [red = 0, green = 0, blue = 0] = parts(color).map((part) => {
        const share = part / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const isClear = (color: string) => color === "none" || parts(color)[3] === 0;
    /** The nearest colour behind: of a box drawn beside the text, of the picture, of an element around. */
    const behind = (element: Element): string => {
      for (let at: Element | null = element; at; at = at.parentElement) {
        const rect = at.matches("g.box, svg.ownership") ? at.querySelector(":scope > rect") : null;
        const color = rect ? getComputedStyle(rect).fill : getComputedStyle(at).backgroundColor;
        if (!isClear(color)) return color;
      }
      return "rgb(255, 255, 255)";
    };
    const texts = [...document.querySelectorAll("body *")].filter(
      (element) =>
        !element.matches("style, title, desc") &&
        [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim()),
    );
    return texts.flatMap((element) => {
      const style = getComputedStyle(element);
      const color = element.matches("svg text") ? style.fill : style.color;
      const [one, two] = [luminance(color), luminance(behind(element))].sort((a, b) => b - a);
      const contrast = ((one ?? 0) + 0.05) / ((two ?? 0) + 0.05);
      return contrast < 4.5 ? [`${contrast.toFixed(2)}: ${element.textContent}`] : [];
    });
  });
}

/** Texts of a page's pictures that leave their picture or their box, or lie on a box that is not theirs. */
export function straying(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const inside = (a: DOMRect, b: DOMRect) =>
      a.left > b.left - 1 && a.right < b.right + 1 && a.top > b.top - 1 && a.bottom < b.bottom + 1;
    const apart = (a: DOMRect, b: DOMRect) =>
      a.right <= b.left || a.left >= b.right || a.bottom <= b.top || a.top >= b.bottom;
    return [...document.querySelectorAll("svg text")].flatMap((text) => {
      const place = text.getBoundingClientRect();
      const picture = text.closest("svg");
      const box = text.closest("g.box")?.querySelector("rect");
      const home = (box ?? picture)?.getBoundingClientRect();
      const others = [...(picture?.querySelectorAll("g.box rect, text") ?? [])].filter(
        (other) => other !== box && other !== text,
      );
      const clash = others.some((other) => !apart(place, other.getBoundingClientRect()));
      return home && inside(place, home) && !clash ? [] : [text.textContent ?? ""];
    });
  });
}
