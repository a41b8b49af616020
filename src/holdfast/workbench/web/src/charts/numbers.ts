/** Numbers as the pages write them. */

const MINUS = "\u2212";

/** A number with about so many significant figures, without needless zeros. */
export function figure(value: number, digits = 3): string {
  if (value === 0) return "0";
  const size = Math.abs(value);
  const text = size >= 1e6 || size < 1e-4 ? value.toExponential(digits - 1) : significant(value, digits);
  return text.replace("-", MINUS);
}

function significant(value: number, digits: number): string {
  return new Intl.NumberFormat("en-GB", { maximumSignificantDigits: digits }).format(value);
}

/** A probability: a percentage where that is easier to read. */
export function probability(value: number): string {
  // Just below certainty three figures would read as 100 %.
  if (value > 0.999999 && value < 1) return "> 99.9999 %";
  if (value > 0.999 && value < 1) return `${(100 * value).toFixed(4)} %`;
  return `${figure(100 * value)} %`;
}

export function share(value: number | null): string {
  return value === null ? "–" : `${figure(100 * value, 2)} %`;
}

/** A figure that may be missing. */
export function maybe(value: number | null, digits = 3): string {
  return value === null ? "–" : figure(value, digits);
}

interface Interval {
  value: number | null;
  low: number | null;
  high: number | null;
}

/** A figure with its interval, such as "3.1 (2.0 to 4.6)". */
export function withInterval({ value, low, high }: Interval, digits = 3): string {
  if (value === null) return "–";
  if (low === null || high === null) return figure(value, digits);
  return `${figure(value, digits)} (${figure(low, digits)} to ${figure(high, digits)})`;
}

export function percent(confidence: number): string {
  return `${figure(100 * confidence)} %`;
}

/** A count with its noun: "1 draft", "2 drafts". */
export function count(n: number, noun: string, plural = `${noun}s`): string {
  return `${new Intl.NumberFormat("en-GB").format(n)} ${n === 1 ? noun : plural}`;
}

/** An ISO 8601 time as the reader's clock and language write it, broken into lines between day and hour alone. */
export function when(time: string): string {
  const at = new Date(time);
  const day = at.toLocaleDateString(undefined, { dateStyle: "medium" });
  return `${onOneLine(day)} ${onOneLine(at.toLocaleTimeString(undefined, { timeStyle: "short" }))}`;
}

/** Seconds as people say them: "45 s", "12 min", "1 h 5 min". */
export function duration(seconds: number): string {
  if (seconds < 60) return onOneLine(`${Math.round(seconds)} s`);
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return onOneLine(`${minutes} min`);
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return onOneLine(rest === 0 ? `${hours} h` : `${hours} h ${rest} min`);
}

/** A text that does not break into lines. */
export function onOneLine(text: string): string {
  return text.replaceAll(/\s/g, "\u00a0");
}
