/** Types that we write in one word, and PostgreSQL prints in several. */
const PRINTED_TYPES: Readonly<Record<string, string>> = {
  timestamptz: "timestamp with time zone",
  varchar: "character varying",
  bpchar: "character",
};

/** An id of a lock as PostgreSQL prints it: our escapes are characters again, and types have their long names. */
export function printedId(id: string): string {
  const printed = id.replace(/U&"((?:[^"]|"")*)"/g, (_, text: string) => `"${unescaped(text)}"`);
  if (!/^(function|procedure) /.test(id)) return printed;
  return printed.replace(/\([^()]*\)$/, (types) =>
    types.replace(/\w+/g, (type) => PRINTED_TYPES[type] ?? type),
  );
}

function unescaped(text: string): string {
  return text.replace(/\\(\\|[0-9a-f]{4})/g, (_, code: string) =>
    code === "\\" ? code : String.fromCharCode(Number.parseInt(code, 16)),
  );
}
