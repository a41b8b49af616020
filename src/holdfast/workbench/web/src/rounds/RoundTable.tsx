import type { RoundShape } from "../api/schema";
import { type Column, DataTable } from "../charts/DataTable";
import { duration, probability, share, when } from "../charts/numbers";

const TONES: Readonly<Record<RoundShape["state"], string>> = {
  queued: "",
  training: "accent",
  ready: "accent",
  serving: "good",
  retired: "",
  failed: "danger",
};

const COLUMNS: readonly Column<RoundShape>[] = [
  { name: "Round", cell: ({ round }) => round },
  { name: "State", cell: (round) => <State round={round} /> },
  {
    name: "Failures trained on",
    numeric: true,
    cell: ({ failures, model_hash }) => (model_hash === null ? "–" : failures),
  },
  { name: "Catches of these", numeric: true, cell: ({ recall_new }) => share(recall_new) },
  { name: "Catches of held back", numeric: true, cell: ({ recall_held_back }) => share(recall_held_back) },
  { name: "Natural failures", numeric: true, cell: natural },
  {
    name: "Threshold",
    numeric: true,
    cell: ({ threshold }) => (threshold === null ? "–" : probability(threshold)),
  },
  { name: "Took", numeric: true, cell: ({ seconds }) => (seconds === null ? "–" : duration(seconds)) },
  { name: "Since", cell: ({ finished, created }) => when(finished ?? created) },
  { name: "Model", cell: ({ model_hash }) => <code>{model_hash?.slice(0, 8) ?? "–"}</code> },
];

/** The rounds, newest first, with what was measured of each model. */
export function RoundTable({ rounds }: { rounds: readonly RoundShape[] }) {
  const newestFirst = [...rounds].sort((a, b) => b.round - a.round);
  return (
    <>
      <DataTable caption="Models by round" columns={COLUMNS} rows={newestFirst} />
      <ul className="stack tight">
        {newestFirst
          .filter(({ error }) => error !== null)
          .map(({ round, error }) => (
            <li key={round}>
              <strong>Round {round} failed:</strong> {error}
            </li>
          ))}
      </ul>
      <p className="muted small">
        “Catches of these” is the share of the newest failures that the model now scores at its threshold or
        above; “held back” are failures that it was never trained on, and so the fairer figure. “Natural
        failures” are those among completions of the task’s own prompts.
      </p>
    </>
  );
}

function State({ round: { state } }: { round: RoundShape }) {
  return <span className={`badge ${TONES[state]}`}>{state}</span>;
}

function natural({ natural_failures, natural_prompts }: RoundShape): string {
  return natural_failures === null || natural_prompts === null
    ? "–"
    : `${natural_failures} of ${natural_prompts.toLocaleString("en-GB")}`;
}
