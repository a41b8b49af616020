/** One stretch of a text and what is written in its place; positions are UTF-16 code units. */
export interface Splice {
  readonly from: number;
  readonly to: number;
  readonly insert: string;
}

/** The smallest single splice that turns one text into another; null if they are equal. */
export function splice(before: string, after: string): Splice | null {
  if (before === after) return null;
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && before[head] === after[head]) head += 1;
  let tail = 0;
  while (tail < shorter - head && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  return { from: head, to: before.length - tail, insert: after.slice(head, after.length - tail) };
}

/** The splice widened to whole words, so that people read "shot → shoved", not "t → ved". */
export function wordSplice(before: string, after: string): Splice | null {
  const found = splice(before, after);
  if (!found) return null;
  let { from, to } = found;
  const inside = (text: string, at: number) =>
    at > 0 && /\w/.test(text[at - 1] ?? "") && /\w/.test(text[at] ?? "");
  const shift = after.length - before.length;
  while (inside(before, from) || inside(after, from)) from -= 1;
  while (to < before.length && (inside(before, to) || inside(after, to + shift))) to += 1;
  return { from, to, insert: after.slice(from, to + shift) };
}
