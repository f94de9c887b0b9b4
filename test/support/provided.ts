/** What the global setup hands to every test file, by vitest's `inject`. */
declare module "vitest" {
  interface ProvidedContext {
    /** A database of the run's server to connect to for administration. */
    readonly databaseUrl: string;
    /** Whether the server has a pg_cron that the tests may use. */
    readonly cron: boolean;
    /** The one database with pg_cron's extension. */
    readonly cronUrl: string | null;
    readonly plpgsqlCheck: boolean;
    readonly serverVersion: string;
    /** The commands for psql and pg_dump that fit the server; null where there is none. */
    readonly psql: string | null;
    readonly pgDump: string | null;
    /** Part of the name of every database the run creates. */
    readonly runId: string;
  }
}

export {};
