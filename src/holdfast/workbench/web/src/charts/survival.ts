import type { SurvivalPoint } from "../api/schema";

/** The points at which no draft failed, so that one must have been censored there. */
export function censorings(points: readonly SurvivalPoint[]): readonly SurvivalPoint[] {
  return points.filter((point, place) => place > 0 && point.surviving === points[place - 1]?.surviving);
}
