import type { Overview, WriterRow } from "../api/schema";
import { type Column, DataTable } from "../charts/DataTable";
import { figure, maybe, percent } from "../charts/numbers";
import { activeTime, rate } from "./figures";

function columns(confidence: number): readonly Column<WriterRow>[] {
  return [
    { name: "Writer", cell: ({ writer }) => writer },
    { name: "Failures", numeric: true, cell: ({ failures }) => failures },
    { name: "Submissions", numeric: true, cell: ({ submissions }) => submissions },
    { name: "Drafts", numeric: true, cell: ({ drafts }) => drafts },
    { name: "Active", numeric: true, cell: ({ active_hours }) => activeTime(active_hours) },
    {
      name: `Failures per hour (${percent(confidence)})`,
      numeric: true,
      cell: ({ failures_per_hour }) => rate(failures_per_hour),
    },
    {
      name: "Mean egregiousness",
      numeric: true,
      cell: ({ mean_egregiousness }) => maybe(mean_egregiousness, 2),
    },
    {
      name: "Points",
      numeric: true,
      cell: ({ points }) => (points === null ? "–" : figure(Math.round(points), 9)),
    },
  ];
}

/** Each writer's work. */
export function WriterTable({ overview: { writers, confidence } }: { overview: Overview }) {
  if (writers.length === 0) return <p className="muted">Nobody has started a draft yet.</p>;
  return <DataTable caption="Work by writer" columns={columns(confidence)} rows={writers} />;
}
