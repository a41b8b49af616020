import type { TacticShape } from "../api/schema";

/** Tactics that show one phenomenon, and what they come to; each failure belongs to one tactic alone. */
export interface Family {
  readonly phenomenon: string | null;
  readonly tactics: readonly TacticShape[];
  readonly failures: number;
  readonly still_fails: number;
}

/** The families, the largest first; tactics without a common phenomenon come last. */
export function familiesOf(tactics: readonly TacticShape[]): readonly Family[] {
  const grouped = new Map<string | null, TacticShape[]>();
  for (const tactic of tactics) {
    grouped.set(tactic.phenomenon, [...(grouped.get(tactic.phenomenon) ?? []), tactic]);
  }
  return [...grouped]
    .map(([phenomenon, own]) => ({
      phenomenon,
      tactics: own,
      failures: sum(own.map(({ failures }) => failures)),
      still_fails: sum(own.map(({ still_fails }) => still_fails)),
    }))
    .sort((one, other) => rank(one) - rank(other) || other.failures - one.failures);
}

const rank = ({ phenomenon }: Family): number => (phenomenon === null ? 1 : 0);

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
