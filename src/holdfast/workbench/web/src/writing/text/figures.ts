const SUPERSCRIPT = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** A probability for reading: percent with three figures, `3.1 × 10⁻⁷` where percent would be all noughts. */
export function scoreText(score: number): string {
  const percent = score * 100;
  if (percent === 0) return "0 %";
  if (percent < 0.001) return powerOfTen(score);
  if (percent > 99.9 && percent < 100) return percent > 99.9999 ? "> 99.9999 %" : `${percent.toFixed(4)} %`;
  return `${Number(percent.toPrecision(3)).toString()} %`;
}

/** Log odds of a score; infinite at 0 and 1. */
export function logOdds(score: number): number {
  return Math.log(score) - Math.log1p(-score);
}

/** A score and the threshold with as many figures as tell them apart: what passes never reads as what does not. */
export function scoresText(score: number, threshold: number): readonly [string, string] {
  const plain = [scoreText(score), scoreText(threshold)] as const;
  if (score === threshold || plain[0] !== plain[1]) return plain;
  for (let digits = 4; digits <= 16; digits += 1) {
    const [one, other] = [score, threshold].map((value) => `${(100 * value).toPrecision(digits)} %`);
    if (one !== undefined && other !== undefined && one !== other) return [one, other];
  }
  return plain;
}

/** How far a score is from the threshold in log odds: `0.31 above`, `0.004 below`. */
export function distanceText(score: number, threshold: number): string {
  const distance = logOdds(score) - logOdds(threshold);
  if (!Number.isFinite(distance)) return score < threshold ? "far below" : "far above";
  const size = Math.abs(distance);
  const text = size >= 0.995 ? size.toFixed(1) : Number(size.toPrecision(2)).toString();
  return `${text} ${distance < 0 ? "below" : "above"}`;
}

/** The same in words that a screen reader says well. */
export function spokenScore(score: number): string {
  const percent = score * 100;
  if (percent > 0 && percent < 0.001) return score.toExponential(1).replace("e-", " times ten to the minus ");
  return scoreText(score).replace(" %", " percent").replace("> ", "above ");
}

function powerOfTen(value: number): string {
  const [mantissa = "0", exponent = "0"] = value.toExponential(1).split("e");
  const raised = exponent.replace("-", "⁻").replace(/\d/g, (digit) => SUPERSCRIPT[Number(digit)] ?? "");
  return `${mantissa} × 10${raised.replace("+", "")}`;
}

/** How many times a score fell or rose: `÷ 12`, `× 1.04`; `=` where nobody would see a change. */
export function changeText(before: number, after: number): string {
  if (before <= 0 || after <= 0) return before === after ? "=" : after < before ? "÷ ∞" : "× ∞";
  const factor = after < before ? before / after : after / before;
  if (factor < 1.0005) return "=";
  const figures = factor < 1.1 ? factor.toFixed(3) : factor.toPrecision(factor < 10 ? 2 : 3);
  const plain = factor >= 10_000 ? factor.toExponential(0).replace("e+", "e") : Number(figures).toString();
  return `${after < before ? "÷" : "×"} ${plain}`;
}

/** Minutes and seconds: `4:05`, and `1:02:09` from an hour on. */
export function clockText(seconds: number): string {
  const whole = Math.floor(seconds);
  const parts = [Math.floor(whole / 60) % 60, whole % 60];
  const hours = Math.floor(whole / 3600);
  if (hours) parts.unshift(hours);
  return parts.map((part, index) => (index ? String(part).padStart(2, "0") : String(part))).join(":");
}

/** Words from the server as a sentence: with a capital letter and a full stop. */
export function sentence(text: string): string {
  const whole = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?”]$/.test(whole) ? whole : `${whole}.`;
}
