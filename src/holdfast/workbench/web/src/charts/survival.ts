import type { SurvivalCurve, SurvivalPoint } from "../api/schema";

/** Where a curve stands at a time: at its last step until then. */
export function survivingAt(points: readonly SurvivalPoint[], minutes: number): number {
  return points.findLast((point) => point.minutes <= minutes)?.surviving ?? 1;
}

/** The marks on a curve where drafts were watched no more, one for each time. */
export function censorings({
  points,
  censored,
}: SurvivalCurve): readonly { minutes: number; surviving: number }[] {
  return [...new Set(censored)].map((minutes) => ({ minutes, surviving: survivingAt(points, minutes) }));
}
