/** A stretch of two texts laid side by side. */
export interface Piece {
  readonly kind: "same" | "gone" | "new";
  readonly text: string;
}

const WORDS = /\s+|[\p{L}\p{N}'’]+|[^\s\p{L}\p{N}]/gu;
/** Beyond so many pairs of words the middle is told as one stretch gone and one new. */
const MOST_PAIRS = 400_000;

/** What changed between two texts, word by word, by a longest common subsequence. */
export function comparison(before: string, after: string): readonly Piece[] {
  const [one, other] = [before.match(WORDS) ?? [], after.match(WORDS) ?? []];
  let head = 0;
  while (head < Math.min(one.length, other.length) && one[head] === other[head]) head += 1;
  let tail = 0;
  const shorter = Math.min(one.length, other.length) - head;
  while (tail < shorter && one.at(-1 - tail) === other.at(-1 - tail)) tail += 1;
  const middle = changes(one.slice(head, one.length - tail), other.slice(head, other.length - tail));
  const same = (words: readonly string[]): Piece => ({ kind: "same", text: words.join("") });
  return merged([same(one.slice(0, head)), ...middle, same(one.slice(one.length - tail))]);
}

function changes(one: readonly string[], other: readonly string[]): readonly Piece[] {
  if (one.length * other.length > MOST_PAIRS) {
    return [
      { kind: "gone", text: one.join("") },
      { kind: "new", text: other.join("") },
    ];
  }
  const common = commonLengths(one, other);
  const pieces: Piece[] = [];
  let [row, column] = [0, 0];
  while (row < one.length || column < other.length) {
    const [gone, come] = [one[row], other[column]];
    if (gone !== undefined && gone === come) {
      pieces.push({ kind: "same", text: gone });
      [row, column] = [row + 1, column + 1];
    } else if (
      come === undefined ||
      (gone !== undefined && at(common, row + 1, column) >= at(common, row, column + 1))
    ) {
      pieces.push({ kind: "gone", text: gone ?? "" });
      row += 1;
    } else {
      pieces.push({ kind: "new", text: come });
      column += 1;
    }
  }
  return pieces;
}

/** `[row][column]`: the longest common subsequence of what is left from there on. */
function commonLengths(one: readonly string[], other: readonly string[]): readonly (readonly number[])[] {
  const table = Array.from({ length: one.length + 1 }, () => new Array<number>(other.length + 1).fill(0));
  for (let row = one.length - 1; row >= 0; row -= 1) {
    for (let column = other.length - 1; column >= 0; column -= 1) {
      const longest =
        one[row] === other[column]
          ? at(table, row + 1, column + 1) + 1
          : Math.max(at(table, row + 1, column), at(table, row, column + 1));
      const line = table[row];
      if (line) line[column] = longest;
    }
  }
  return table;
}

function at(table: readonly (readonly number[])[], row: number, column: number): number {
  return table[row]?.[column] ?? 0;
}

/** Neighbours of one kind joined, with what is gone before what is new. */
function merged(pieces: readonly Piece[]): readonly Piece[] {
  const joined: Piece[] = [];
  for (const piece of pieces) {
    if (!piece.text) continue;
    const last = joined.at(-1);
    if (last?.kind === piece.kind) joined[joined.length - 1] = { ...last, text: last.text + piece.text };
    else joined.push(piece);
  }
  return joined;
}
