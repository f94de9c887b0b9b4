import type { Json } from "./json.ts";

/** Ruby's Marshal.dump of a session, in the Base64 of the column. Keys of `symbols` are symbols. */
export function rubySession(session: Json, symbols: ReadonlySet<string> = new Set()): string {
  return marshal(session, symbols)
    .toString("base64")
    .replaceAll(/.{1,60}/g, "$&\n");
}

/** Marshal 4.8. What is the same object in JavaScript is a link the second time, as in Ruby. */
export function marshal(value: Json, symbolKeys: ReadonlySet<string>): Buffer {
  const seen = new Map<object, number>();
  const symbols = new Map<string, number>();
  let objects = 0;

  const symbol = (name: string): Buffer => {
    const known = symbols.get(name);
    if (known !== undefined) return Buffer.concat([Buffer.from(";"), long(known)]);
    symbols.set(name, symbols.size);
    return bytes(":", Buffer.from(name));
  };
  const text = (content: string): Buffer => {
    objects++;
    const raw = bytes('"', Buffer.from(content));
    return Buffer.concat([Buffer.from("I"), raw, long(1), symbol("E"), Buffer.from("T")]);
  };
  const number = (amount: number): Buffer => {
    if (Number.isInteger(amount) && amount >= -(2 ** 30) && amount < 2 ** 30) {
      return Buffer.concat([Buffer.from("i"), long(amount)]);
    }
    objects++;
    return Number.isSafeInteger(amount) ? bignum(BigInt(amount)) : bytes("f", `${amount}`);
  };
  const dump = (part: Json): Buffer => {
    if (part === null) return Buffer.from("0");
    if (typeof part === "boolean") return Buffer.from(part ? "T" : "F");
    if (typeof part === "number") return number(part);
    if (typeof part === "string") return text(part);
    const number_ = seen.get(part);
    if (number_ !== undefined) return Buffer.concat([Buffer.from("@"), long(number_)]);
    seen.set(part, objects++);
    if (Array.isArray(part)) {
      return Buffer.concat([Buffer.from("["), long(part.length), ...part.map(dump)]);
    }
    const pairs = Object.entries(part).flatMap(([name, content]) => [
      symbolKeys.has(name) && /^[ -~]+$/.test(name) ? symbol(name) : text(name),
      dump(content),
    ]);
    return Buffer.concat([Buffer.from("{"), long(pairs.length / 2), ...pairs]);
  };
  return Buffer.concat([Buffer.from([4, 8]), dump(value)]);
}

/** An integer as Marshal writes lengths, links and small numbers. */
export function long(amount: number): Buffer {
  if (amount === 0) return Buffer.from([0]);
  if (amount > 0 && amount < 123) return Buffer.from([amount + 5]);
  if (amount < 0 && amount > -124) return Buffer.from([amount + 251]);
  const low: number[] = [];
  let rest = amount;
  while (rest !== (amount < 0 ? -1 : 0)) {
    low.push(rest & 255);
    rest >>= 8;
  }
  return Buffer.from([amount < 0 ? 256 - low.length : low.length, ...low]);
}

/** A tag, a length and so many bytes. */
export function bytes(tag: string, content: Buffer | string): Buffer {
  const raw = Buffer.from(content);
  return Buffer.concat([Buffer.from(tag), long(raw.length), raw]);
}

/** An integer of any size: its sign, and pairs of bytes. */
export function bignum(amount: bigint): Buffer {
  const hex = (amount < 0n ? -amount : amount).toString(16);
  const raw = Buffer.from(hex.padStart(Math.ceil(hex.length / 4) * 4, "0"), "hex").reverse();
  const sign = amount < 0n ? "-" : "+";
  return Buffer.concat([Buffer.from(`l${sign}`), long(raw.length / 2), raw]);
}
