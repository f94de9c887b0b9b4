/** What a command's exit code says. */
export const EXIT = {
  fine: 0,
  /** It found a difference or a problem. */
  found: 1,
  /** The user's input. */
  input: 2,
  database: 3,
  /** Our own bug. */
  bug: 70,
} as const;

/** The user called a command wrongly, or what it names is not there. Exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** The database could not be reached, or refused. Exit code 3. */
export class DatabaseError extends Error {
  override readonly name = "DatabaseError";
}
