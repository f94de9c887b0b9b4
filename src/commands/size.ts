import { type Catalog, findTable } from "../catalog.ts";
import { count } from "../count.ts";
import type { Hazard } from "../objects/object.ts";

/** How large the table is that a hazard is about, where the server has an estimate: ` (the table has about 1,200,000 rows)`. */
export function sizeOf({ size }: Hazard, catalog: Catalog): string {
  const rows = size && findTable(catalog, size)?.estimatedRows;
  if (rows === undefined || rows < 0) return "";
  return ` (the table has about ${count(rows, "row", "rows")})`;
}
