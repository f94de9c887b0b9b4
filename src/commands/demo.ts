import colors from "picocolors";
import type { Notice } from "../database.ts";
import { type Engine, onEmbedded, onServer } from "../demo/engine.ts";
import { title } from "../demo/page.ts";
import { tellStory } from "../demo/story.ts";
import { EXIT } from "../exit.ts";
import { data, say, sayNotice } from "./console.ts";

/** What `demo` is called with. */
export interface DemoOptions {
  readonly databaseUrl?: string;
}

/** `demo`: the whole story, on an embedded PostgreSQL or on a server. Gives the exit code. */
export async function demoCommand(options: DemoOptions): Promise<number> {
  const started = performance.now();
  const play = (engine: Engine) => tellStory(engine, data);
  let lingering: number;
  if (options.databaseUrl === undefined) {
    say("Starting an embedded PostgreSQL …");
    lingering = await onEmbedded(play, missingCronIsNoNews);
  } else {
    lingering = await onServer(options.databaseUrl, play, sayNotice);
  }
  data(title("Yours next"));
  data(
    [
      "  npm install ../pg-lastwill/pg-lastwill-*.tgz   (npm pack, in the clone, wrote it)",
      "  npx lastwill init -d postgres://user:password@host/database   writes ownership.yaml",
      "  npx gen-migrations -d postgres://user:password@host/database",
      "  npx lastwill migrate up -d postgres://user:password@host/database",
      "  psql: select * from lastwill.status;",
    ].join("\n"),
  );
  data(colors.dim(`\n  ${((performance.now() - started) / 1000).toFixed(1)} s`));
  return lingering === 0 ? EXIT.fine : EXIT.bug;
}

/** The embedded PostgreSQL has no pg_cron, and the story says so itself. */
function missingCronIsNoNews(notice: Notice): void {
  if (!notice.message.includes("pg_cron cannot be used here")) sayNotice(notice);
}
