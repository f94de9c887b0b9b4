import colors from "picocolors";
import { cut } from "./cut.ts";

/** A line and the lines below it. */
export interface TreeNode {
  readonly text: string;
  /** What follows, dimmed, and is the first to be cut where the line is too long. */
  readonly aside?: string;
  readonly below: readonly TreeNode[];
}

/**
 * The tree as lines, drawn as `tree` draws folders, none wider than `width` characters. `width` is
 * process.stdout.columns; undefined, off a terminal, and 0, of one that does not know, cut nothing.
 */
export function treeLines(node: TreeNode, width?: number): string[] {
  return linesWithin(node, width || Infinity);
}

function linesWithin(node: TreeNode, width: number): string[] {
  const below = node.below.flatMap((child, index) => {
    const last = index === node.below.length - 1;
    const [first = "", ...rest] = linesWithin(child, width - 3);
    return [
      `${last ? "└─ " : "├─ "}${first}`,
      ...rest.map((line) => `${last ? "   " : "│  "}${line}`),
    ];
  });
  return [lineOf(node, width), ...below];
}

function lineOf({ text, aside }: TreeNode, width: number): string {
  const shown = cut(text, width);
  const room = width - [...shown].length - 2;
  // Less than a word of it tells nothing.
  if (aside === undefined || room < 8) return shown;
  return `${shown}  ${colors.dim(cut(aside, room))}`;
}
