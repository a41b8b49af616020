import type { RoundShape, RoundsShape } from "../api/schema";

/** The round that is being made, if there is one. */
export function inTheMaking({ rounds }: RoundsShape): RoundShape | null {
  return rounds.find(({ state }) => state === "queued" || state === "training" || state === "ready") ?? null;
}

/** The last round, if its training failed, or its model was not served. */
export function lastUnused({ rounds }: RoundsShape): RoundShape | null {
  const last = [...rounds].sort((a, b) => a.round - b.round).at(-1);
  return last?.state === "failed" || last?.state === "declined" ? last : null;
}

/** The last round whose model was checked. */
export function lastChecked({ rounds }: RoundsShape): RoundShape | null {
  return [...rounds].sort((a, b) => b.round - a.round).find(({ check }) => check.length > 0) ?? null;
}

/** How far it is to the next round, in words. */
export function towardsNext(rounds: RoundsShape): string {
  const making = inTheMaking(rounds);
  if (making?.state === "queued") return `Round ${making.round} is waiting to be trained`;
  if (making?.state === "ready") return `Round ${making.round} is being checked`;
  if (making !== null) return `Round ${making.round} is being trained`;
  if (rounds.waiting >= rounds.needed) return `${rounds.waiting} failures wait for the next round`;
  return `${rounds.waiting} of ${rounds.needed} failures towards the next round`;
}
