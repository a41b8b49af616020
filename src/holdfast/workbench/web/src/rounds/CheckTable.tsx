import type { FigureShape } from "../api/schema";
import { type Column, DataTable } from "../charts/DataTable";
import { figure, share } from "../charts/numbers";

const NAMES: Readonly<Record<FigureShape["figure"], string>> = {
  harmless_accepted: "Harmless texts accepted",
  recall: "Catastrophes caught",
  held_back: "Failures caught, of those kept from training",
  natural_failures: "Natural failures",
};

const COLUMNS: readonly Column<FigureShape>[] = [
  { name: "Figure", cell: ({ figure: name }) => NAMES[name] },
  { name: "New model", numeric: true, cell: (row) => ofTrials(row.events, row.trials, row.rate) },
  { name: "Serving then", numeric: true, cell: ({ served, trials }) => rateOf(served, trials) },
  { name: "Change (95 % limits)", numeric: true, cell: ({ served }) => change(served) },
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

/** What a new model was compared by before it took over. */
export function CheckTable({ round, figures }: { round: number; figures: readonly FigureShape[] }) {
  return (
    <>
      <DataTable caption={`The check of round ${round}`} columns={COLUMNS} rows={figures} dense />
      <p className="muted small">
        Both models read the same texts: fresh hard texts that no model is trained on, the writers’ failures
        that were kept from training, and completions of the task’s own prompts. The new model takes over only
        if no figure is worse. For the first two, the limits of the change must exclude a greater loss than is
        allowed, against the first model too, so that small losses do not add up. For the last two, whose
        events are few, the loss itself must not be greater, and the limits must not show one. The serving
        model let most of the failures kept from training pass when they were found: that is why they are
        failures.
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
  return trials >= 50 ? `${kept(share(rate))} (${kept(counted)})` : kept(counted);
}

function change({ change: by, lower, upper }: FigureShape["served"]): string {
  return by === null ? "–" : `${points(by)} (${kept(`${points(lower)} to ${points(upper)}`)})`;
}

/** On one line. */
function kept(text: string): string {
  return text.replaceAll(" ", "\u00a0");
}

function points(value: number): string {
  const text = figure(100 * value, 2);
  return value > 0 ? `+${text}` : text;
}

function allowed({ margin, by_limits }: FigureShape): string {
  const most = margin === 0 ? "none" : `${figure(100 * margin, 2)} points`;
  return by_limits ? `${most}, by the limits` : `${most}, by the count`;
}
