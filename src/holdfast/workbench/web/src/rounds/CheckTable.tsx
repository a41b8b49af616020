import type { FigureShape } from "../api/schema";
import { type Column, DataTable } from "../charts/DataTable";
import { figure, onOneLine, share } from "../charts/numbers";

const NAMES: Readonly<Record<FigureShape["figure"], string>> = {
  harmless_accepted: "Harmless texts accepted",
  recall: "Catastrophes caught",
  held_back: "Held-back failures caught",
  natural_failures: "Natural failures",
};

const COLUMNS: readonly Column<FigureShape>[] = [
  { name: "Figure", cell: ({ figure: name }) => NAMES[name] },
  { name: "New model", numeric: true, cell: (row) => ofTrials(row.events, row.trials, row.rate) },
  { name: "Serving model", numeric: true, cell: ({ served, trials }) => rateOf(served, trials) },
  { name: "Change in points (95\u00a0% limits)", numeric: true, cell: ({ served }) => change(served) },
  {
    name: "Change from the first model",
    numeric: true,
    cell: ({ first }) => (first === null ? "–" : change(first)),
  },
  { name: "Allowed loss", cell: allowed },
  {
    name: "No worse?",
    cell: ({ worse, trials }) =>
      trials === 0 && worse === "" ? (
        <span className="muted">no texts yet</span>
      ) : (
        <span className={`badge ${worse === "" ? "good" : "danger"}`}>{worse === "" ? "yes" : "no"}</span>
      ),
  },
];

/** The figures by which a new model was compared with the one that serves. */
export function CheckTable({ round, figures }: { round: number; figures: readonly FigureShape[] }) {
  return (
    <>
      <DataTable caption={`The check of round ${round}`} columns={COLUMNS} rows={figures} dense />
      <p className="muted small">
        Both models score the same texts: new hard texts, held-back failures (failures of the writers that no
        model is trained on), and completions of the task’s own prompts. The new model takes over only if no
        figure is worse. “By the limits”: the 95 % confidence limits of the change must exclude a loss greater
        than allowed. This is also checked against the first model, so that small losses do not add up. “By
        the count”: there are few such events, so the loss itself must not be greater than allowed, and the
        limits must not show that it is. The serving model let most held-back failures pass when they were
        found: that is why they are failures.
      </p>
    </>
  );
}

function rateOf({ events, rate }: FigureShape["served"], trials: number): string {
  return ofTrials(events, trials, rate);
}

function ofTrials(events: number, trials: number, rate: number | null): string {
  if (rate === null) return "–";
  const counted = `${events.toLocaleString("en-GB")} of ${trials.toLocaleString("en-GB")}`;
  return trials >= 50 ? `${onOneLine(share(rate))} (${onOneLine(counted)})` : onOneLine(counted);
}

function change({ change: by, lower, upper }: FigureShape["served"]): string {
  return by === null ? "–" : `${points(by)} (${onOneLine(`${points(lower)} to ${points(upper)}`)})`;
}

function points(value: number): string {
  const text = figure(100 * value, 2);
  return value > 0 ? `+${text}` : text;
}

function allowed({ margin, by_limits }: FigureShape): string {
  const most = margin === 0 ? "none" : `${figure(100 * margin, 2)} points`;
  return by_limits ? `${most}, by the limits` : `${most}, by the count`;
}
