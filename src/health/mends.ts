/** What mends an object: its SQL from the lock, run once more. */
export const MEND = 'lastwill check --mend | psql "$DATABASE_URL"';
/** What installs what is not installed yet. */
export const MIGRATE = "lastwill migrate up";
/** What mends a lock that is behind the manifest or the tables. */
export const GENERATE: string = `gen-migrations, and ${MIGRATE}`;
