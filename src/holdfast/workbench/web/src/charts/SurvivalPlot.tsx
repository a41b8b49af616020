import { scaleLinear } from "d3-scale";
import { area, curveStepAfter, line } from "d3-shape";

import type { SurvivalCurve, SurvivalPoint } from "../api/schema";
import { BottomAxis, LeftAxis, Plot } from "./frame";
import { figure } from "./numbers";
import { seriesStyle } from "./series";
import { censorings } from "./survival";
import { useWidth } from "./width";

const HEIGHT = 320;
const MARGIN = { top: 12, right: 24, bottom: 48, left: 52 };

/** The shortest axis, where nobody has worked yet. */
const LEAST_MINUTES = 1;

interface SurvivalPlotProps {
  label: string;
  curves: readonly SurvivalCurve[];
}

/** Kaplan-Meier curves as steps, with their bands and a tick where drafts were censored. */
export function SurvivalPlot({ label, curves }: SurvivalPlotProps) {
  const [holder, width] = useWidth<HTMLDivElement>();
  const longest = Math.max(
    LEAST_MINUTES,
    ...curves.flatMap(({ points }) => points.map(({ minutes }) => minutes)),
  );
  const x = scaleLinear([0, longest], [MARGIN.left, width - MARGIN.right]).nice();
  const bottom = HEIGHT - MARGIN.bottom;
  const y = scaleLinear([0, 1], [bottom, MARGIN.top]);
  const steps = line<SurvivalPoint>()
    .x(({ minutes }) => x(minutes))
    .y(({ surviving }) => y(surviving))
    .curve(curveStepAfter);
  const band = area<SurvivalPoint>()
    .x(({ minutes }) => x(minutes))
    .y0(({ low }) => y(low))
    .y1(({ high }) => y(high))
    .curve(curveStepAfter);
  return (
    <div ref={holder}>
      <Plot width={width} height={HEIGHT} label={label}>
        <LeftAxis
          place={y}
          ticks={[0, 0.25, 0.5, 0.75, 1]}
          format={(value) => `${100 * value} %`}
          x={MARGIN.left}
          right={width - MARGIN.right}
        />
        {curves.map(({ group, points }, place) => (
          <path key={group} className="band" d={band(points) ?? ""} fill={seriesStyle(place).colour} />
        ))}
        {curves.map((curve, place) => {
          const { colour, dash } = seriesStyle(place);
          return (
            <g key={curve.group} stroke={colour} fill="none" strokeWidth={2}>
              <path d={steps(curve.points) ?? ""} strokeDasharray={dash} />
              {censorings(curve).map(({ minutes, surviving }) => (
                <line
                  key={minutes}
                  x1={x(minutes)}
                  x2={x(minutes)}
                  y1={y(surviving) - 5}
                  y2={y(surviving) + 5}
                />
              ))}
            </g>
          );
        })}
        <BottomAxis
          place={x}
          ticks={x.ticks(Math.max(3, Math.floor(width / 90)))}
          format={(value) => figure(value)}
          label="active minutes"
          y={bottom}
          left={MARGIN.left}
          right={width - MARGIN.right}
        />
      </Plot>
    </div>
  );
}
