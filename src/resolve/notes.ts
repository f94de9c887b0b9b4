import type { Catalog } from "../catalog.ts";
import { type Fault, type Path, pathText } from "../faults.ts";

/** What resolving finds on its way. */
export class Notes {
  readonly catalog: Catalog;
  readonly faults: Fault[] = [];
  readonly warnings: string[] = [];

  constructor(catalog: Catalog) {
    this.catalog = catalog;
  }

  /** Notes a fault, once; gives undefined, for the caller to give on: nothing was resolved. */
  fault(path: Path, what: string, fix: string): undefined {
    const place = pathText(path);
    const known = this.faults.some(
      (fault) => fault.what === what && pathText(fault.path) === place,
    );
    if (!known) this.faults.push({ path, on: "value", what, fix });
    return undefined;
  }
}
