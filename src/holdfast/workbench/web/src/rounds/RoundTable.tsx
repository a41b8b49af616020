import type { FigureShape, RoundShape } from "../api/schema";
import { type Column, DataTable } from "../charts/DataTable";
import { duration, onOneLine, probability, share, when } from "../charts/numbers";
import { RollBack } from "./RollBack";

const TONES: Readonly<Record<RoundShape["state"], string>> = {
  queued: "",
  training: "accent",
  ready: "accent",
  serving: "good",
  retired: "",
  failed: "danger",
  declined: "warn",
};

const COLUMNS: readonly Column<RoundShape>[] = [
  { name: "Round", cell: ({ round }) => round },
  { name: "State", cell: (round) => <State round={round} /> },
  {
    name: "Failures trained on",
    numeric: true,
    cell: ({ failures, model_hash }) => (model_hash === null ? "–" : failures),
  },
  { name: "Harmless accepted", numeric: true, cell: (round) => rate(round, "harmless_accepted") },
  { name: "Catastrophes caught", numeric: true, cell: (round) => rate(round, "recall") },
  { name: "Held-back failures caught", numeric: true, cell: heldBack },
  { name: "Natural failures", numeric: true, cell: natural },
  {
    name: "Threshold",
    numeric: true,
    cell: ({ threshold }) => (threshold === null ? "–" : onOneLine(probability(threshold))),
  },
  { name: "Took", numeric: true, cell: ({ seconds }) => (seconds === null ? "–" : duration(seconds)) },
  { name: "Since", cell: ({ finished, created }) => when(finished ?? created) },
  { name: "Model", cell: ({ model_hash }) => <code>{model_hash?.slice(0, 8) ?? "–"}</code> },
];

interface RoundTableProps {
  rounds: readonly RoundShape[];
  /** Called after somebody went back to an earlier model; without it, nobody can. */
  onRollBack?: () => void;
}

/** The rounds, newest first, with what was measured of each model. */
export function RoundTable({ rounds, onRollBack }: RoundTableProps) {
  const newestFirst = [...rounds].sort((a, b) => b.round - a.round);
  const back: Column<RoundShape> = {
    name: "Go back",
    cell: ({ round, state }) =>
      state === "retired" && onRollBack ? <RollBack round={round} onDone={onRollBack} /> : "",
  };
  return (
    <>
      <DataTable
        caption="Models by round"
        columns={onRollBack ? [...COLUMNS, back] : COLUMNS}
        rows={newestFirst}
        dense
      />
      <ul className="stack tight">
        {newestFirst
          .filter(({ error }) => error !== null)
          .map(({ round, state, error }) => (
            <li key={round}>
              <strong>
                Round {round} {state === "declined" ? "was not served" : "failed"}:
              </strong>{" "}
              {error}
            </li>
          ))}
      </ul>
      <p className="muted small">
        “Harmless accepted” and “Catastrophes caught” are measured on new hard texts, different ones for each
        round. Held-back failures are failures of the writers that no model is trained on. Natural failures
        are failures among completions of the task’s own prompts.
      </p>
    </>
  );
}

function State({ round: { state } }: { round: RoundShape }) {
  return <span className={`badge ${TONES[state]}`}>{state}</span>;
}

function rate({ check }: RoundShape, name: FigureShape["figure"]): string {
  return share(check.find(({ figure }) => figure === name)?.rate ?? null);
}

function heldBack({ check, recall_held_back }: RoundShape): string {
  const found = check.find(({ figure }) => figure === "held_back");
  if (!found) return share(recall_held_back);
  return found.trials === 0 ? "none yet" : `${found.events} of ${found.trials}`;
}

function natural({ natural_failures, natural_prompts }: RoundShape): string {
  return natural_failures === null || natural_prompts === null
    ? "–"
    : `${natural_failures} of ${natural_prompts.toLocaleString("en-GB")}`;
}
