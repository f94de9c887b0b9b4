import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { heading, provenance, table } from "./report.mjs";

/**
 * Puts the tables of results/ into README.md, between the lines `<!-- table: NAME GROUP -->` and
 * `<!-- end -->`: group GROUP of results/NAME.json. A slot whose results are not there stays as it is.
 */
const README = new URL("README.md", import.meta.url);
const SLOT = /(<!-- table: (\S+) (\S+) -->\n)[\s\S]*?(<!-- end -->)/g;

const filled = readFileSync(README, "utf8").replaceAll(SLOT, (slot, begin, name, group, end) => {
  const file = new URL(`results/${name}.json`, import.meta.url);
  const known = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
  const results = known?.results.filter((result) => result.group === group) ?? [];
  if (results.length === 0) {
    process.stderr.write(`not there: ${group} of results/${name}.json\n`);
    return slot;
  }
  const lines = [heading(group, known.about), "", table(results), "", ...provenance(known.about)];
  return `${begin}${lines.join("\n")}\n${end}`;
});
writeFileSync(README, filled);
