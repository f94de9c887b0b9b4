/** An id of a lock with its names as PostgreSQL prints them: our escapes are characters again. */
export function printedId(id: string): string {
  return id.replace(/U&"((?:[^"]|"")*)"/g, (_, text: string) => {
    const plain = text.replace(/\\(\\|[0-9a-f]{4})/g, (_, code: string) =>
      code === "\\" ? code : String.fromCharCode(Number.parseInt(code, 16)),
    );
    return `"${plain}"`;
  });
}
