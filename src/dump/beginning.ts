import { parseTableName } from "../table-name.ts";

const NAME = '(?:"(?:[^"]|"")+"|[^\\s".,;()]+)';

/** A table's name, with its schema or without. */
export const TABLE: string = `${NAME}(?:\\.${NAME})?`;

/** How a statement begins: a blank stands for any, NAME for a name as SQL writes it, TABLE for a table's. */
export function beginning(words: string): RegExp {
  const pattern = words.replaceAll("TABLE", TABLE).replaceAll("NAME", NAME).replaceAll(" ", "\\s+");
  return new RegExp(`^(?:${pattern})`, "i");
}

/** A name as a statement writes it, taken apart as PostgreSQL does: in lower case where it has no quotes. */
export function parseName(written: string): ReturnType<typeof parseTableName> {
  const folded = written.replaceAll(/"(?:[^"]|"")*"|[^"]+/g, (part) =>
    part.startsWith('"') ? part : part.toLowerCase(),
  );
  return parseTableName(folded);
}
