import { Link } from "wouter";

import type { ToolRow, ToolsShape } from "../api/schema";
import { ChartFigure } from "../charts/ChartFigure";
import { type Column, DataTable } from "../charts/DataTable";
import { type DotInterval, DotIntervals } from "../charts/DotIntervals";
import { percent } from "../charts/numbers";
import { conditionName } from "./condition";
import { activeTime, rate } from "./figures";

function columns(confidence: number): readonly Column<ToolRow>[] {
  return [
    { name: "Tools", cell: ({ condition }) => conditionName(condition) },
    { name: "Sessions", numeric: true, cell: ({ sessions }) => sessions },
    { name: "Drafts", numeric: true, cell: ({ drafts }) => drafts },
    { name: "Failures", numeric: true, cell: ({ failures }) => failures },
    { name: "Active", numeric: true, cell: ({ active_hours }) => activeTime(active_hours) },
    {
      name: `Failures per hour (${percent(confidence)})`,
      numeric: true,
      cell: ({ failures_per_hour }) => rate(failures_per_hour),
    },
    {
      name: `Speed with all tools ÷ with these (${percent(confidence)})`,
      numeric: true,
      cell: ({ speed_ratio }) => rate(speed_ratio),
    },
  ];
}

/** How much faster writers are with all tools than under each other condition. */
export function ToolAblation({ tools: { rows, note, confidence } }: { tools: ToolsShape }) {
  const table = <DataTable caption="Tool conditions" columns={columns(confidence)} rows={rows} />;
  const ratios = rows.flatMap(ratioOf);
  return (
    <>
      {ratios.length === 0 ? (
        <>
          <p>
            To measure this, choose several tool conditions in the <Link href="/settings">settings</Link>.
            Each session of a writer then gets one of them at random.
          </p>
          {rows.length > 0 && table}
        </>
      ) : (
        <ChartFigure
          title="Speed with all tools, compared with fewer tools"
          note={`Each dot is a ratio of failures per active hour, each line its ${percent(confidence)} interval. To the right of the dashed line, the tools help.`}
          chart={
            <DotIntervals
              label="Ratio of failures per active hour with all tools to that under each condition"
              axis="times as fast with all tools"
              rows={ratios}
            />
          }
          table={table}
        />
      )}
      {rows.length > 0 && <p className="muted small">{note}</p>}
    </>
  );
}

function ratioOf({ condition, speed_ratio: { value, low, high } }: ToolRow): readonly DotInterval[] {
  if (condition === "all" || value === null || low === null || high === null || value <= 0) return [];
  return [{ name: conditionName(condition), value, low, high }];
}
