import type { ReactNode } from "react";

import { useOverflow } from "./overflow";

/** A column: its heading, and what it says of a row. */
export interface Column<Row> {
  name: ReactNode;
  cell: (row: Row) => ReactNode;
  /** Right-aligned, with figures of one width. */
  numeric?: boolean;
  /** Text of some length, which may break into lines. */
  prose?: boolean;
}

interface DataTableProps<Row> {
  caption: string;
  /** The first column names the row. */
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  /** Headings and cells break into lines, so that many columns fit. */
  dense?: boolean;
}

/** A table that scrolls sideways within itself where the screen is narrow, and says so. */
export function DataTable<Row>({ caption, columns, rows, dense = false }: DataTableProps<Row>) {
  const [frame, over] = useOverflow<HTMLDivElement>();
  const table = (
    <div ref={frame} className="scroll" role="region" aria-label={caption} tabIndex={0}>
      <table className={dense ? "table dense" : "table"}>
        <caption className="unseen">{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ name, numeric }, place) => (
              <th key={place} scope="col" className={numeric === true ? "number" : undefined}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, line) => (
            <tr key={line}>
              {columns.map(({ cell, numeric, prose }, place) =>
                place === 0 ? (
                  <th key={place} scope="row" className={prose === true ? "wide" : undefined}>
                    {cell(row)}
                  </th>
                ) : (
                  <td
                    key={place}
                    className={numeric === true ? "number" : prose === true ? "wide" : undefined}
                  >
                    {cell(row)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
  return (
    <div>
      {over && (
        <p className="scroll-cue muted small" aria-hidden="true">
          Scroll sideways for more columns →
        </p>
      )}
      {table}
    </div>
  );
}
