/**
 * `carts`, `app.carts`, `app."odd.name"`: split at the dot, quotes taken off as SQL does. Nothing is
 * folded to lower case: a manifest names things as they are called.
 */
export function parseTableName(written: string): { schema: string | undefined; name: string } {
  const parts = [...written.matchAll(/"((?:[^"]|"")+)"|([^."]+)/g)].map(
    (match) => match[1]?.replaceAll('""', '"') ?? match[2] ?? "",
  );
  const [first, second] = parts;
  if (parts.length === 2 && first !== undefined && second !== undefined) {
    return { schema: first, name: second };
  }
  return { schema: undefined, name: parts.length === 1 && first !== undefined ? first : written };
}
