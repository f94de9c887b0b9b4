import type { Graph } from "../graph.ts";
import type { DataFormat } from "../manifest/manifest.ts";
import type { Sql } from "../sql/quote.ts";
import { type DbObject, routine } from "./object.ts";

interface Codec {
  readonly decoder: string;
  readonly comment: string;
  /** Functions that the file makes for itself. */
  readonly helpers?: readonly string[];
}

const CODECS: Readonly<Record<DataFormat, Codec>> = {
  json: { decoder: "decode_json", comment: "JSON text as jsonb" },
  "ruby-marshal": {
    decoder: "decode_ruby_marshal",
    comment: "A Rails session's data (Base64 of Marshal, JSON or hybrid) as jsonb",
  },
  php: {
    decoder: "decode_php",
    comment: "A Laravel session's payload (Base64 of PHP's serialize, or JSON) as jsonb",
  },
  django: {
    decoder: "decode_django",
    comment: "A Django session's data (signed JSON, plain or compressed) as jsonb",
    helpers: ["decode_django_inflate(bytea)", "decode_django_huffman(integer[])"],
  },
};

/** The function that reads data of a format: text in, jsonb out, null for what it cannot read. */
export function decoderOf(format: DataFormat): string {
  return CODECS[format].decoder;
}

/** The decoders of the formats in use; JSON's always, since others come as JSON too. */
export function codecObjects(graph: Graph): DbObject[] {
  const formats = new Set(graph.owners.flatMap(({ data }) => (data ? [data.format] : [])));
  return (Object.keys(CODECS) as DataFormat[])
    .filter((format) => format === "json" || formats.has(format))
    .map((format) => {
      const { decoder, comment, helpers = [] } = CODECS[format];
      const codec = routine({
        name: decoder,
        types: "text",
        template: `codec/${format.replaceAll("-", "_")}.sql`,
        comment: `${comment}; null when it is none. Never raises an error.`,
      });
      const drops = helpers.map((helper) => `drop function lastwill.${helper};` as Sql);
      return { ...codec, drop: [...codec.drop, ...drops] };
    });
}
