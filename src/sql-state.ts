/** Under which SQLSTATE PostgreSQL refused; undefined for an error that is not its own. */
export function sqlStateOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error ? String(error.code) : undefined;
}

/** Whether a statement was cancelled, which is what statement_timeout does. */
export function isTimeout(error: unknown): boolean {
  return sqlStateOf(error) === "57014";
}
