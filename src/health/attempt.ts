import type pg from "pg";

/** Runs statements of a transaction, and gives what PostgreSQL holds against them; they are undone then. */
export async function attempt(client: pg.ClientBase, sql: string): Promise<Refusal | undefined> {
  await client.query("savepoint lastwill_attempt");
  try {
    await client.query(sql);
    await client.query("release savepoint lastwill_attempt");
    return undefined;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    await client.query("rollback to savepoint lastwill_attempt");
    return error;
  }
}

/** What PostgreSQL said, and under which SQLSTATE. */
export type Refusal = Error & { readonly code: string };

/** Syntax and names, rights, what is not supported, a transaction that may only read: not a lock, nor a lost connection. */
function isRefusal(error: unknown): error is Refusal {
  return (
    error instanceof Error &&
    "code" in error &&
    /^(?!55P03|57)[0-9A-Z]{5}$/.test(String(error.code)) &&
    !/^(08|40|53)/.test(String(error.code))
  );
}

/** Whether somebody with more rights, or on a server that is no standby, could have done it. */
export function isForbidden({ code }: Refusal): boolean {
  return code === "42501" || code === "25006";
}
