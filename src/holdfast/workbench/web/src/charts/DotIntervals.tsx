import { scaleLog } from "d3-scale";

import { BottomAxis, Plot } from "./frame";
import { figure } from "./numbers";
import { useWidth } from "./width";

/** A ratio with its interval. */
export interface DotInterval {
  name: string;
  value: number;
  low: number;
  high: number;
}

interface DotIntervalsProps {
  label: string;
  axis: string;
  rows: readonly DotInterval[];
}

const ROW = 40;
const BOTTOM = 48;
const TICKS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100];

/** Ratios as dots with their intervals on a logarithmic axis, and a line where there is no difference. */
export function DotIntervals({ label, axis, rows }: DotIntervalsProps) {
  const [holder, width] = useWidth<HTMLDivElement>();
  const [left, right] = [16, width - 16];
  const [lowest, highest] = reach(rows);
  const x = scaleLog([lowest, highest], [left, right]).clamp(true);
  const height = rows.length * ROW + BOTTOM;
  const bottom = height - BOTTOM;
  return (
    <div ref={holder}>
      <Plot width={width} height={height} label={label}>
        <line className="reference" x1={x(1)} x2={x(1)} y1={0} y2={bottom} />
        {rows.map(({ name, value, low, high }, place) => (
          <g key={name} transform={`translate(0,${place * ROW + 26})`}>
            <text className="row-label" x={left} y={-10}>
              {name}
            </text>
            <line className="whisker" x1={x(low)} x2={x(high)} />
            <circle className="dot" cx={x(value)} r={5} />
          </g>
        ))}
        <BottomAxis
          place={x}
          ticks={TICKS.filter((tick) => tick >= lowest && tick <= highest)}
          format={(value) => `${figure(value)}×`}
          label={axis}
          y={bottom}
          left={left}
          right={right}
        />
      </Plot>
    </div>
  );
}

/** The axis: all intervals but for what lies beyond hundredfold, and at least from a half to twice. */
function reach(rows: readonly DotInterval[]): [number, number] {
  const low = Math.min(0.5, ...rows.map((row) => row.low));
  const high = Math.max(2, ...rows.map((row) => row.high));
  return [Math.max(0.01, low / 1.15), Math.min(100, high * 1.15)];
}
