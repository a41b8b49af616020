import { scaleBand, scaleLinear } from "d3-scale";

import { LeftAxis, Plot } from "./frame";
import { useWidth } from "./width";

interface HistogramProps {
  label: string;
  axis: string;
  /** The edges between which the counts fall: one more than there are counts. */
  edges: readonly number[];
  counts: readonly number[];
}

const HEIGHT = 220;
const MARGIN = { top: 20, right: 8, bottom: 44, left: 40 };

/** Counts by bin, each written over its bar. */
export function Histogram({ label, axis, edges, counts }: HistogramProps) {
  const [holder, width] = useWidth<HTMLDivElement>();
  const x = scaleBand<number>()
    .domain(counts.map((_, bin) => bin))
    .range([MARGIN.left, width - MARGIN.right])
    .padding(0.12);
  const bottom = HEIGHT - MARGIN.bottom;
  const y = scaleLinear([0, Math.max(1, ...counts)], [bottom, MARGIN.top]).nice(4);
  const ticks = y.ticks(4).filter(Number.isInteger);
  return (
    <div ref={holder}>
      <Plot width={width} height={HEIGHT} label={label}>
        <LeftAxis place={y} ticks={ticks} format={String} x={MARGIN.left} right={width - MARGIN.right} />
        {counts.map((count, bin) => (
          <g key={bin} transform={`translate(${x(bin) ?? 0},0)`}>
            <rect className="bar" width={x.bandwidth()} y={y(count)} height={bottom - y(count)} />
            {count > 0 && (
              <text className="bar-label" x={x.bandwidth() / 2} y={y(count) - 5} textAnchor="middle">
                {count}
              </text>
            )}
            <text className="tick" x={x.bandwidth() / 2} y={bottom + 16} textAnchor="middle">
              {`${edges[bin] ?? ""}–${edges[bin + 1] ?? ""}`}
            </text>
          </g>
        ))}
        <text className="axis-label" x={(MARGIN.left + width) / 2} y={HEIGHT - 8} textAnchor="middle">
          {axis}
        </text>
      </Plot>
    </div>
  );
}
