import { scaleLog } from "d3-scale";

import { scoreText } from "../text/figures";

const LEAST = 1e-9;

/** A score on a logarithmic scale, with the line below which it passes. */
export function Gauge({ score, threshold }: { score: number; threshold: number }) {
  const low = lowestDecade(Math.min(score, threshold));
  const scale = scaleLog().domain([low, 1]).range([0, 100]).clamp(true);
  const at = (value: number) => ({ left: `${scale(Math.max(value, low))}%` });
  const decades = Array.from({ length: Math.round(-Math.log10(low)) + 1 }, (_, index) => low * 10 ** index);
  const shown = decades.filter((_, index) => decades.length < 7 || index % 2 === 0);
  return (
    <div
      className="gauge"
      role="img"
      aria-label={`Score ${scoreText(score)} on a logarithmic scale; it passes below ${scoreText(threshold)}`}
    >
      <div className="gauge-track">
        <div className="gauge-passing" style={{ width: `${scale(threshold)}%` }} />
        <div className="gauge-threshold" style={at(threshold)} />
        <div className={score < threshold ? "gauge-score passing" : "gauge-score"} style={at(score)} />
      </div>
      <div className="gauge-scale" aria-hidden="true">
        {shown.map((value) => (
          <span key={value} style={at(value)}>
            {decadeText(value)}
          </span>
        ))}
      </div>
    </div>
  );
}

/** The decade below the lesser of the two, so that neither stands at the edge. */
function lowestDecade(least: number): number {
  return Math.min(1e-3, 10 ** (Math.floor(Math.log10(Math.max(least, LEAST))) - (least > 1e-3 ? 1 : 0)));
}

function decadeText(value: number): string {
  const percent = value * 100;
  return percent >= 0.0099
    ? `${Number(percent.toPrecision(1)).toString()} %`
    : `1e${Math.round(Math.log10(value))}`;
}
