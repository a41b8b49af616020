import type { ReactNode } from "react";

interface ChartFigureProps {
  title: string;
  /** How to read it. */
  note?: ReactNode;
  chart: ReactNode;
  /** The same figures as a table. */
  table: ReactNode;
}

/** A chart with its title and, folded away, its figures as a table. */
export function ChartFigure({ title, note, chart, table }: ChartFigureProps) {
  return (
    <figure className="figure">
      <figcaption>
        <h3>{title}</h3>
        {note !== undefined && <p className="muted small">{note}</p>}
      </figcaption>
      {chart}
      <details>
        <summary>These figures as a table</summary>
        {table}
      </details>
    </figure>
  );
}
