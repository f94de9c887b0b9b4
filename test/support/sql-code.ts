const FREE =
  /--.*$|:"\w+"|:'\w+'|:\{\w+\}|(?<!\w)E'(?:[^'\\]|\\.|'')*'|'(?:[^']|'')*'|(?:U&)?"(?:[^"]|"")*"/gm;

/** The SQL without what may be written in any way: comments, literals, quoted names, slots. */
export function codeOf(text: string): string {
  return text.replaceAll(FREE, (token) => {
    if (token.startsWith("--")) return "";
    if (token.startsWith(":")) return "slot";
    return token.endsWith("'") ? "''" : "name";
  });
}
