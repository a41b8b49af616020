/** A key that nobody else has: a random UUID (version 4 of RFC 9562).
 *
 *  The browser's own `crypto.randomUUID` is missing where a page comes by plain http from another machine, as a
 *  team's does; the random numbers that it is made of are there on every page.
 */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes.set([((bytes[6] ?? 0) & 0x0f) | 0x40], 6);
  bytes.set([((bytes[8] ?? 0) & 0x3f) | 0x80], 8);
  const digits = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
