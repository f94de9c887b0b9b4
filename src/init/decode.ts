import { withEmbedded } from "../embedded.ts";
import type { DataFormat } from "../manifest/manifest.ts";
import { decoderOf } from "../objects/codec.ts";
import { identifier } from "../sql/quote.ts";
import { render } from "../sql/template.ts";

/**
 * Data of sessions as JSON texts, null where it cannot be read. What is not JSON is decoded in an
 * embedded PostgreSQL, by the very functions that a migration would install: the database itself is
 * not to get a function before anybody has decided that it should.
 */
export async function decoded(
  texts: readonly string[],
  format: DataFormat,
): Promise<(string | null)[]> {
  if (format === "json" || texts.length === 0) return [...texts];
  return withEmbedded(async (client) => {
    await client.query("create schema lastwill");
    for (const codec of new Set<DataFormat>(["json", format])) {
      const comment = "For as long as this process runs.";
      await client.query(render(`codec/${codec.replaceAll("-", "_")}.sql`, { comment }));
    }
    const { rows } = await client.query(
      `select lastwill.${identifier(decoderOf(format))}(given.document)::text as json
       from unnest($1::text[]) with ordinality as given (document, place)
       order by given.place`,
      [texts],
    );
    return rows.map((row: { json: string | null }) => row.json);
  });
}
