/** `1,204`, or with a noun `1,204 rows`. */
export function count(number: number, one?: string, many?: string): string {
  const figure = Math.round(number).toLocaleString("en");
  if (one === undefined || many === undefined) return figure;
  return `${figure} ${number === 1 ? one : many}`;
}
