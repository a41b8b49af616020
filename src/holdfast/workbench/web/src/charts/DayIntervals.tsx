import { scaleLinear, scalePoint } from "d3-scale";
import { line } from "d3-shape";

import { LeftAxis, Plot } from "./frame";
import { figure } from "./numbers";
import { useWidth } from "./width";

/** A figure of a day; its interval may be missing. */
export interface DayInterval {
  day: string;
  value: number;
  low: number | null;
  high: number | null;
}

interface DayIntervalsProps {
  label: string;
  days: readonly DayInterval[];
  /** Levels worth a line. */
  references: readonly number[];
}

const HEIGHT = 240;
const MARGIN = { top: 12, right: 16, bottom: 32, left: 48 };

/** A figure by day up to 1, as dots with their intervals. */
export function DayIntervals({ label, days, references }: DayIntervalsProps) {
  const [holder, width] = useWidth<HTMLDivElement>();
  const x = scalePoint()
    .domain(days.map(({ day }) => day))
    .range([MARGIN.left, width - MARGIN.right])
    .padding(0.5);
  const lowest = Math.min(0, ...days.map(({ low, value }) => low ?? value));
  const bottom = HEIGHT - MARGIN.bottom;
  const y = scaleLinear([lowest, 1], [bottom, MARGIN.top]).nice(4);
  const path = line<DayInterval>()
    .x(({ day }) => x(day) ?? 0)
    .y(({ value }) => y(value));
  const every = Math.max(1, Math.ceil((days.length * 72) / width));
  return (
    <div ref={holder}>
      <Plot width={width} height={HEIGHT} label={label}>
        <LeftAxis
          place={y}
          ticks={y.ticks(5)}
          format={(value) => figure(value)}
          x={MARGIN.left}
          right={width - MARGIN.right}
        />
        {references.map((level) => (
          <line
            key={level}
            className="reference"
            x1={MARGIN.left}
            x2={width - MARGIN.right}
            y1={y(level)}
            y2={y(level)}
          />
        ))}
        <path className="trend" d={path(days) ?? ""} />
        {days.map(({ day, value, low, high }, place) => (
          <g key={day} transform={`translate(${x(day) ?? 0},0)`}>
            {low !== null && high !== null && <line className="whisker" y1={y(low)} y2={y(high)} />}
            <circle className="dot" cy={y(value)} r={4.5} />
            {place % every === 0 && (
              <text className="tick" y={bottom + 18} textAnchor="middle">
                {day.slice(5)}
              </text>
            )}
          </g>
        ))}
      </Plot>
    </div>
  );
}
