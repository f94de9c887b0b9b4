/** The statements of a migration file, trimmed: of an SQL file as parts that blank lines part. */
export interface MigrationStatements {
  readonly up: readonly string[];
  readonly down: readonly string[];
}

/** Reads a migration's text as node-pg-migrate would: an .mjs file is run with a stand-in for `pgm`. */
export async function statementsOf(text: string): Promise<MigrationStatements> {
  if (!text.startsWith("//")) return sqlStatements(text);
  const module = await import(`data:text/javascript,${encodeURIComponent(text)}`);
  return { up: scriptStatements(module.up), down: scriptStatements(module.down) };
}

interface StandIn {
  readonly noTransaction: () => void;
  readonly sql: (text: string) => void;
}

function scriptStatements(run: (pgm: StandIn) => void): string[] {
  const statements: string[] = [];
  let transaction = true;
  run({
    noTransaction: () => {
      transaction = false;
    },
    sql: (text) => statements.push(text.trim()),
  });
  if (transaction) throw new Error("the script runs in a transaction");
  return statements.filter((statement) => !SETTING.test(statement));
}

function sqlStatements(text: string): MigrationStatements {
  const [, up = "", down = ""] = text.split(/^-- (?:Up|Down) Migration$/m);
  return { up: halfStatements(up), down: halfStatements(down) };
}

const SETTING =
  /^(?:--.*\n)*(?:(?:re)?set (?:local )?(?:lock|statement)_timeout|select pg_catalog\.set_config\(|do \$lastwill\$\ndeclare\n {2}give_up_at)|^-- Nothing to do/;

/** Without the settings that every half begins and ends with. */
function halfStatements(half: string): string[] {
  const parts = half.split(/\n\n+/).map((part) => part.trim());
  return parts.filter((part) => part !== "" && !SETTING.test(part));
}
