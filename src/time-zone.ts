/** Whether a zone's clock is UTC's all year. */
export function isUtc(zone: string): boolean {
  return /^((etc\/)?(utc|gmt|uct|universal|zulu|greenwich)|z)$/i.test(zone);
}
