import type { SurvivalCurve, SurvivalShape } from "../api/schema";
import { ChartFigure } from "../charts/ChartFigure";
import { type Column, DataTable } from "../charts/DataTable";
import { Legend } from "../charts/Legend";
import { count, figure, percent } from "../charts/numbers";
import { MOST_SERIES } from "../charts/series";
import { survivingAt } from "../charts/survival";
import { SurvivalPlot } from "../charts/SurvivalPlot";
import { Tabs } from "../shell/Tabs";
import { conditionName } from "./condition";

const COLUMNS: readonly Column<SurvivalCurve>[] = [
  { name: "Group", cell: ({ group }) => group },
  { name: "Drafts", numeric: true, cell: ({ drafts }) => drafts },
  { name: "Failures", numeric: true, cell: ({ failures }) => failures },
  {
    name: "Median minutes",
    numeric: true,
    cell: ({ median_minutes }) => (median_minutes === null ? "not reached" : figure(median_minutes)),
  },
  ...[1, 5, 15, 60].map((minutes) => ({
    name: `No failure after ${minutes} min`,
    numeric: true,
    cell: ({ points }: SurvivalCurve) => leftAfter(points, minutes),
  })),
];

/** Time to failure by model, by writer and by tool condition. */
export function Survival({ survival }: { survival: SurvivalShape }) {
  const { by_model, by_writer, by_condition, confidence } = survival;
  const figureOf = (curves: readonly SurvivalCurve[], by: string) => () => (
    <Curves curves={curves.map(named)} by={by} confidence={confidence} />
  );
  return (
    <Tabs
      label="Time to failure by"
      tabs={[
        { name: "By model", panel: figureOf(by_model, "model") },
        { name: "By writer", panel: figureOf(by_writer, "writer") },
        { name: "By tools", panel: figureOf(by_condition, "tool condition") },
      ]}
    />
  );
}

/** Tool conditions by their names; models and writers are called what the server calls them. */
function named(curve: SurvivalCurve): SurvivalCurve {
  return { ...curve, group: conditionName(curve.group) };
}

interface CurvesProps {
  curves: readonly SurvivalCurve[];
  by: string;
  confidence: number;
}

function Curves({ curves, by, confidence }: CurvesProps) {
  if (curves.length === 0) {
    return <p className="muted">The curves appear when somebody has worked on a draft.</p>;
  }
  const drawn = [...curves].sort((a, b) => b.drafts - a.drafts).slice(0, MOST_SERIES);
  const left = curves.length - drawn.length;
  return (
    <ChartFigure
      title={`Drafts without a failure, by ${by}`}
      note={
        <>
          The share of drafts in which no failure was found after so many minutes of active work (Kaplan-Meier
          estimate), with {percent(confidence)} bands. A tick marks drafts that were discarded or are still
          open. {left > 0 && `The table also has ${count(left, "group")} with fewer drafts.`}
        </>
      }
      chart={
        <div className="stack tight">
          <Legend names={drawn.map(({ group }) => group)} />
          <SurvivalPlot
            label={`Share of drafts without a failure over active minutes, by ${by}`}
            curves={drawn}
          />
        </div>
      }
      table={<DataTable caption={`Time to failure by ${by}`} columns={COLUMNS} rows={curves} />}
    />
  );
}

/** The share of drafts without a failure at a time; unknown beyond the last draft. */
function leftAfter(points: SurvivalCurve["points"], minutes: number): string {
  const last = points.at(-1);
  if (last === undefined || (last.minutes < minutes && last.surviving > 0)) return "–";
  return `${figure(100 * survivingAt(points, minutes), 2)} %`;
}
