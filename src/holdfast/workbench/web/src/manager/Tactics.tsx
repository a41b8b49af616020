import type { TacticShape, TacticsShape } from "../api/schema";
import { type Column, DataTable } from "../charts/DataTable";
import { count, share } from "../charts/numbers";
import { ShareBars } from "../charts/ShareBars";
import { useProject } from "../shell/session";
import { SnippetView } from "../shell/SnippetView";
import { type Family, familiesOf } from "./families";

/** Clusters of similar failures, grouped by what the judge had to understand. */
export function Tactics({ tactics }: { tactics: TacticsShape }) {
  const families = familiesOf(tactics.tactics);
  if (families.length === 0) {
    return <p className="muted">Tactics appear when failures have been accepted.</p>;
  }
  return (
    <>
      <p className="muted small">
        A tactic is a group of similar failures. Tactics are listed by what the judge had to understand in
        most of their failures. Each bar is the tactic’s share of the failures of one round.
      </p>
      {families.map((family) => (
        <FamilyTable key={family.phenomenon ?? ""} family={family} tactics={tactics} />
      ))}
    </>
  );
}

function FamilyTable({ family, tactics }: { family: Family; tactics: TacticsShape }) {
  const { phenomena } = useProject();
  const { phenomenon, failures, still_fails } = family;
  const name = phenomenon === null ? "No common phenomenon" : phenomenon.replaceAll("_", " ");
  const { model_round } = tactics;
  return (
    <section className="stack tight family" aria-label={name}>
      <h3>{name}</h3>
      <p className="small">
        {phenomenon !== null && phenomena[phenomenon] && (
          <span className="muted">{phenomena[phenomenon]}. </span>
        )}
        {count(failures, "failure")}; the model of round {model_round} still lets {still_fails} of them pass.
      </p>
      <DataTable caption={`Tactics: ${name}`} columns={columnsOf(tactics)} rows={family.tactics} />
    </section>
  );
}

function columnsOf({ rounds, model_round }: TacticsShape): readonly Column<TacticShape>[] {
  const names = rounds.map((round) => `round ${round}`);
  return [
    { name: "Tactic", prose: true, cell: (tactic) => <Example tactic={tactic} /> },
    { name: "Failures", numeric: true, cell: ({ failures }) => failures },
    {
      name: rounds.length > 1 ? `Share, rounds ${rounds[0] ?? 0} to ${rounds.at(-1) ?? 0}` : "Share",
      cell: ({ shares }) => <ShareBars names={names} shares={shares} />,
    },
    { name: "Share now", numeric: true, cell: ({ shares }) => share(shares.at(-1) ?? null) },
    {
      name: `Still pass the model of round ${model_round}`,
      cell: (tactic) => <StillFails tactic={tactic} />,
    },
  ];
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
