import type { ReactNode } from "react";

/** The room around a plot for its axes, in pixels. */
export interface Margins {
  top: number;
  right: number;
  bottom: number;
  left: number;
}

/** What an axis needs of a scale. */
type Place = (value: number) => number;

interface AxisProps {
  place: Place;
  ticks: readonly number[];
  format: (value: number) => string;
  label?: string;
}

interface BottomAxisProps extends AxisProps {
  y: number;
  left: number;
  right: number;
}

/** The axis under a plot. */
export function BottomAxis({ place, ticks, format, label, y, left, right }: BottomAxisProps) {
  return (
    <g className="axis">
      <line x1={left} x2={right} y1={y} y2={y} />
      {ticks.map((tick) => (
        <g key={tick} transform={`translate(${place(tick)},${y})`}>
          <line y2={5} />
          <text y={18} textAnchor="middle">
            {format(tick)}
          </text>
        </g>
      ))}
      {label !== undefined && (
        <text className="axis-label" x={(left + right) / 2} y={y + 36} textAnchor="middle">
          {label}
        </text>
      )}
    </g>
  );
}

interface LeftAxisProps extends AxisProps {
  x: number;
  right: number;
}

/** The axis left of a plot, with its grid lines. */
export function LeftAxis({ place, ticks, format, x, right }: LeftAxisProps) {
  return (
    <g className="axis">
      {ticks.map((tick) => (
        <g key={tick} transform={`translate(0,${place(tick)})`}>
          <line className="grid" x1={x} x2={right} />
          <text x={x - 8} dy="0.32em" textAnchor="end">
            {format(tick)}
          </text>
        </g>
      ))}
    </g>
  );
}

interface PlotProps {
  width: number;
  height: number;
  /** What the chart shows, in a sentence. */
  label: string;
  children: ReactNode;
}

/** A chart's drawing; its parts are not read out one by one, as the table beside it says the same. */
export function Plot({ width, height, label, children }: PlotProps) {
  return (
    <svg
      className="plot"
      role="img"
      aria-label={label}
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
    >
      {children}
    </svg>
  );
}
