/** The statements of a migration file, trimmed: of an SQL file as parts that blank lines part. */
export interface MigrationStatements {
  readonly up: readonly string[];
  readonly down: readonly string[];
}

/** Reads a migration's text as node-pg-migrate would: an .mjs file is run with a stand-in for `pgm`. */
export async function statementsOf(text: string): Promise<MigrationStatements> {
  if (!text.startsWith("//")) return sqlStatements(text);
  const { up, down } = await scriptOf(text);
  return { up: scriptStatements(up), down: scriptStatements(down) };
}

/** All that a migration file runs on the way up, settings too, as one text. */
export async function upText(text: string): Promise<string> {
  if (!text.startsWith("//")) return sqlHalves(text).up;
  return `${statementsRunBy((await scriptOf(text)).up).join("\n\n")}\n`;
}

function scriptOf(text: string): Promise<Record<"up" | "down", Run>> {
  return import(`data:text/javascript,${encodeURIComponent(text)}`);
}

interface StandIn {
  readonly noTransaction: () => void;
  readonly sql: (text: string) => void;
}

type Run = (pgm: StandIn) => void;

function scriptStatements(run: Run): string[] {
  return statementsRunBy(run).filter((statement) => !SETTING.test(statement));
}

function statementsRunBy(run: Run): string[] {
  const statements: string[] = [];
  let transaction = true;
  run({
    noTransaction: () => {
      transaction = false;
    },
    sql: (text) => statements.push(text.trim()),
  });
  if (transaction) throw new Error("the script runs in a transaction");
  return statements;
}

function sqlStatements(text: string): MigrationStatements {
  const { up, down } = sqlHalves(text);
  return { up: halfStatements(up), down: halfStatements(down) };
}

function sqlHalves(text: string): { readonly up: string; readonly down: string } {
  const [, up = "", down = ""] = text.split(/^-- (?:Up|Down) Migration$/m);
  return { up, down };
}

const SETTING =
  /^(?:--.*\n)*(?:(?:re)?set (?:local )?(?:lock|statement)_timeout|select pg_catalog\.set_config\(|do \$lastwill\$\ndeclare\n {2}give_up_at)|^-- Nothing to do/;

/** Without the settings that every half begins and ends with. */
function halfStatements(half: string): string[] {
  const parts = half.split(/\n\n+/).map((part) => part.trim());
  return parts.filter((part) => part !== "" && !SETTING.test(part));
}
