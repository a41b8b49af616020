const SUPERSCRIPT = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** A probability for reading: percent with three figures, `3.1 × 10⁻⁷` where percent would be all noughts. */
export function scoreText(score: number): string {
  const percent = score * 100;
  if (percent === 0) return "0 %";
  if (percent < 0.001) return powerOfTen(score);
  if (percent > 99.9 && percent < 100) return percent > 99.9999 ? "> 99.9999 %" : `${percent.toFixed(4)} %`;
  return `${Number(percent.toPrecision(3)).toString()} %`;
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
