import { deflateSync, type ZlibOptions } from "node:zlib";
import type { Json } from "./json.ts";

/** A session as Django 3.1 and later write it; the signature is none. */
export function djangoSession(session: Json, options: ZlibOptions | "plain" = {}): string {
  const plain = Buffer.from(JSON.stringify(session));
  return options === "plain" ? signed(plain) : signed(deflateSync(plain, options), ".");
}

/** Bytes in the envelope: after a dot they are compressed. */
export function signed(payload: Buffer, dot = ""): string {
  return `${dot}${payload.toString("base64url")}:1xVBca:8NWEvF6n1PGwzsT7Plepv_V5MVJpvV9oJIrJfZS6g6Y`;
}

/** A session as Django before 3.1 wrote it. */
export function djangoLegacySession(session: Json): string {
  const json = JSON.stringify(session);
  return Buffer.from(`048db4c162dfc1233ba141030b84410ea11a2248:${json}`).toString("base64");
}
