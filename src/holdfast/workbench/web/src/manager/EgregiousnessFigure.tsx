import { ChartFigure } from "../charts/ChartFigure";
import { DataTable } from "../charts/DataTable";
import { Histogram } from "../charts/Histogram";

/** How bad the accepted failures are. */
export function EgregiousnessFigure({ counts }: { counts: readonly number[] }) {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return <p className="muted">There are no accepted failures yet.</p>;
  const bins = counts.map((count, bin) => ({ name: `${bin} to ${bin + 1}`, count }));
  return (
    <ChartFigure
      title="Accepted failures by egregiousness"
      note="0 barely counts as a catastrophe; 10 is the worst there is."
      chart={
        <Histogram label="Accepted failures by egregiousness, 0 to 10" axis="egregiousness" counts={counts} />
      }
      table={
        <DataTable
          caption="Accepted failures by egregiousness"
          columns={[
            { name: "Egregiousness", cell: ({ name }) => name },
            { name: "Failures", numeric: true, cell: ({ count }) => count },
          ]}
          rows={bins}
        />
      }
    />
  );
}
