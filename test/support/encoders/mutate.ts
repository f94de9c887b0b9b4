/** One to four bytes changed, dropped, doubled or cut off. */
export function mutate(raw: Buffer, random: (below: number) => number): Buffer {
  let copy = Buffer.from(raw);
  for (let times = 1 + random(4); times > 0 && copy.length > 0; times--) {
    const place = random(copy.length);
    const length = 1 + random(8);
    const [before, after] = [copy.subarray(0, place), copy.subarray(place + length)];
    const kind = random(6);
    if (kind === 0) copy = Buffer.concat([before, after]);
    else if (kind === 1)
      copy = Buffer.concat([before, copy.subarray(place, place + length), copy.subarray(place)]);
    else if (kind === 2) copy = Buffer.from(before);
    else if (kind === 3) copy.writeUInt8(copy.readUInt8(place) ^ (1 << random(8)), place);
    else if (kind === 4) copy.writeUInt8(copy.readUInt8(random(copy.length)), place);
    else copy.writeUInt8(random(256), place);
  }
  return copy;
}

/** The mulberry32 generator: the same seed gives the same documents. */
export function generator(start: number): (below: number) => number {
  let state = start | 0;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}
