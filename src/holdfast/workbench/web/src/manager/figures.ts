import type { RateShape } from "../api/schema";
import { duration, figure, maybe, withInterval } from "../charts/numbers";

/** Figures of the work, written here alone: a card and a table say the same of the same thing. */

const DIGITS = 2;

export function rate(value: RateShape): string {
  return withInterval(value, DIGITS);
}

/** The same in two parts, for a card. */
export function rateAlone({ value }: RateShape): string {
  return maybe(value, DIGITS);
}

export function rateLimits({ low, high }: RateShape): string | null {
  return low === null || high === null ? null : `${figure(low, DIGITS)} to ${figure(high, DIGITS)}`;
}

export function activeTime(hours: number): string {
  return duration(hours * 3600);
}
