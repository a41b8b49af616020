/** Edit distance with exchanged neighbours counted once (optimal string alignment). */
export function distance(one: string, other: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let row = 1; row <= one.length; row += 1) {
    const next = [row];
    for (let column = 1; column <= other.length; column += 1) {
      const same = one[row - 1] === other[column - 1];
      let cost = Math.min(
        at(last, column) + 1,
        at(next, column - 1) + 1,
        at(last, column - 1) + (same ? 0 : 1),
      );
      const exchanged = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      if (row > 1 && column > 1 && exchanged) cost = Math.min(cost, at(beforeLast, column - 2) + 1);
      next.push(cost);
    }
    [beforeLast, last] = [last, next];
  }
  return at(last, other.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Infinity;
}

/** The vocabulary's words nearest to an unknown one, nearest first; ties go to the same first letter, then A–Z. */
export function nearestWords(word: string, vocabulary: readonly string[], most = 4): readonly string[] {
  const sought = word.toLowerCase();
  return vocabulary
    .map((known) => ({ known, far: distance(sought, known), start: known[0] === sought[0] ? 0 : 1 }))
    .filter(({ known, far }) => far < Math.max(known.length, sought.length))
    .sort((a, b) => a.far - b.far || a.start - b.start || (a.known < b.known ? -1 : 1))
    .slice(0, most)
    .map(({ known }) => known);
}
