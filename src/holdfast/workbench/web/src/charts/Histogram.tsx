import { scaleLinear } from "d3-scale";

import { BottomAxis, LeftAxis, Plot } from "./frame";
import { useWidth } from "./width";

interface HistogramProps {
  label: string;
  axis: string;
  /** Counts of [0, 1), [1, 2) and so on; the last one has its upper edge too. */
  counts: readonly number[];
}

const HEIGHT = 240;
const GAP = 2;
const MARGIN = { top: 20, right: 12, bottom: 48, left: 40 };

/** Counts by bin, each written over its bar. */
export function Histogram({ label, axis, counts }: HistogramProps) {
  const [holder, width] = useWidth<HTMLDivElement>();
  const [right, bottom] = [width - MARGIN.right, HEIGHT - MARGIN.bottom];
  const x = scaleLinear([0, counts.length], [MARGIN.left, right]);
  const y = scaleLinear([0, Math.max(1, ...counts)], [bottom, MARGIN.top]).nice(4);
  const bar = x(1) - x(0);
  return (
    <div ref={holder}>
      <Plot width={width} height={HEIGHT} label={label}>
        <LeftAxis
          place={y}
          ticks={y.ticks(4).filter(Number.isInteger)}
          format={String}
          x={MARGIN.left}
          right={right}
        />
        {counts.map((count, bin) => (
          <g key={bin} transform={`translate(${x(bin)},0)`}>
            <rect className="bar" x={GAP / 2} width={bar - GAP} y={y(count)} height={bottom - y(count)} />
            {count > 0 && (
              <text className="bar-label" x={bar / 2} y={y(count) - 5} textAnchor="middle">
                {count}
              </text>
            )}
          </g>
        ))}
        <BottomAxis
          place={x}
          ticks={[...counts.keys(), counts.length]}
          format={String}
          label={axis}
          y={bottom}
          left={MARGIN.left}
          right={right}
        />
      </Plot>
    </div>
  );
}
