/** A line and the lines below it. */
export interface TreeNode {
  readonly text: string;
  readonly below: readonly TreeNode[];
}

/** The tree as lines, drawn as `tree` draws folders. */
export function treeLines(node: TreeNode): string[] {
  const below = node.below.flatMap((child, index) => {
    const last = index === node.below.length - 1;
    const [first = "", ...rest] = treeLines(child);
    return [
      `${last ? "└─ " : "├─ "}${first}`,
      ...rest.map((line) => `${last ? "   " : "│  "}${line}`),
    ];
  });
  return [node.text, ...below];
}
