// Writes docs/sql-reference.md; run from dist/.
import { writeFileSync } from "node:fs";
import { REFERENCE, reference } from "./reference/reference.ts";

writeFileSync(REFERENCE, await reference());
