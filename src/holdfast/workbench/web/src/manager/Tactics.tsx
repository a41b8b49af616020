import type { TacticShape, TacticsShape } from "../api/schema";
import { type Column, DataTable } from "../charts/DataTable";
import { share } from "../charts/numbers";
import { ShareBars } from "../charts/ShareBars";
import { SnippetView } from "../shell/SnippetView";

/** Clusters of similar failures. */
export function Tactics({ tactics: { tactics, rounds, model_round } }: { tactics: TacticsShape }) {
  if (tactics.length === 0) {
    return <p className="muted">Tactics appear once some failures have been accepted.</p>;
  }
  const names = rounds.map((round) => `round ${round}`);
  const columns: readonly Column<TacticShape>[] = [
    { name: "Tactic", prose: true, cell: (tactic) => <Example tactic={tactic} /> },
    { name: "Failures", numeric: true, cell: ({ failures }) => failures },
    {
      name: rounds.length > 1 ? `Share, rounds ${rounds[0] ?? 0} to ${rounds.at(-1) ?? 0}` : "Share",
      cell: ({ shares }) => <ShareBars names={names} shares={shares} />,
    },
    { name: "Share now", numeric: true, cell: ({ shares }) => share(shares.at(-1) ?? null) },
    { name: `Model ${model_round} still falls to`, cell: (tactic) => <StillFails tactic={tactic} /> },
  ];
  return (
    <>
      <p className="muted small">
        Similar failures taken together. A bar is the tactic’s share of one round’s failures.
      </p>
      <DataTable caption="Tactics, most frequent first" columns={columns} rows={tactics} />
    </>
  );
}

function Example({ tactic: { name, example } }: { tactic: TacticShape }) {
  return (
    <details className="example">
      <summary>{name}</summary>
      <SnippetView snippet={example} />
    </details>
  );
}

function StillFails({ tactic: { still_fails, failures } }: { tactic: TacticShape }) {
  const tone = still_fails === 0 ? "good" : "danger";
  return (
    <span className={`badge ${tone}`}>{still_fails === 0 ? "none" : `${still_fails} of ${failures}`}</span>
  );
}
