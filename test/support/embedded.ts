import type pg from "pg";
import { withEmbedded } from "../../src/embedded.ts";
import { EMPTY } from "./database.ts";

/** An embedded PostgreSQL for a whole test file: it takes seconds to start. */
export interface EmbeddedServer {
  /** The connection, to a database that has nothing in it. */
  readonly empty: () => Promise<pg.ClientBase>;
  readonly close: () => Promise<void>;
}

/** Starts one, with these extensions ready. */
export function openEmbedded(extensions: readonly string[] = []): Promise<EmbeddedServer> {
  return new Promise((opened, failed) => {
    const closed: Promise<void> = withEmbedded(
      (client) =>
        new Promise<void>((end) => {
          opened({
            empty: async () => {
              await client.query(`reset all; alter database postgres reset all; ${EMPTY}`);
              return client;
            },
            close: () => {
              end();
              return closed;
            },
          });
        }),
      undefined,
      extensions,
    );
    closed.catch(failed);
  });
}
