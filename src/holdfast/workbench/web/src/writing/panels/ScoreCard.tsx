import { useEffect, useRef } from "react";

import { useNotices } from "../../shell/notices";
import { useWorkplace } from "../deskContext";
import { Term } from "../help/Term";
import { useCell } from "../state/cell";
import { knownOf } from "../state/liveScore";
import { changeText, distanceText, scoresText } from "../text/figures";
import { Gauge } from "./Gauge";
import { outcomeOf, pointsText, spokenOutcome } from "./outcome";

/** The score as the writer sees it while writing: large, against the threshold, with what it comes to. */
export function ScoreCard() {
  const { desk } = useWorkplace();
  const { passage } = useCell(desk.manuscript.page);
  const reading = useCell(desk.live.reading);
  const { scored, current, problem, offline } = reading;
  const revisions = useCell(desk.revisions.all);
  useSpokenOutcome();
  if (!scored || (offline && knownOf(reading, passage) === null)) {
    return (
      <section className="card score-card" aria-label="Score">
        <p className={problem ? "problem" : "muted"}>{problem ?? "The score comes as you write."}</p>
      </section>
    );
  }
  const outcome = outcomeOf(scored);
  const first = revisions[0];
  const [score, threshold] = scoresText(scored.score, scored.threshold);
  return (
    <section className={`card score-card ${outcome.tone}`} aria-label="Score">
      <div className="row apart score-head">
        <strong className={`outcome ${outcome.tone}`}>
          <span aria-hidden="true">{outcome.sign}</span> {outcome.title}
        </strong>
        <span className="muted small number">
          <Term name="threshold">passes below</Term> {threshold}
        </span>
      </div>
      <p className={current ? "score number" : "score number stale"}>
        {score}
        {first && revisions.length > 1 && (
          <span className="score-change muted" title="Against the first score of this text">
            {changeText(first.score, scored.score)}
          </span>
        )}
      </p>
      <Gauge score={scored.score} threshold={scored.threshold} />
      <p className="muted small number">
        <Term name="score">The score</Term> is {distanceText(scored.score, scored.threshold)} the threshold in
        log odds.
      </p>
      <p className="small">
        {outcome.detail}
        {scored.points !== null && scored.failure && (
          <>
            {" "}
            Worth <strong>{pointsText(scored.points)}</strong>
            {" ("}
            <Term name="points">why</Term>).
          </>
        )}
      </p>
      {problem && (
        <p className="problem small" role="status">
          {problem}
        </p>
      )}
    </section>
  );
}

const SETTLED = 1200;

/** Tells those who listen when the outcome has changed, once the writer pauses; never every score. */
function useSpokenOutcome(): void {
  const { desk } = useWorkplace();
  const { announce } = useNotices();
  const { scored, current } = useCell(desk.live.reading);
  const told = useRef<string | null>(null);
  useEffect(() => {
    if (!scored || !current) return;
    const { title } = outcomeOf(scored);
    const timer = setTimeout(() => {
      if (told.current !== null && told.current !== title) announce(spokenOutcome(scored));
      told.current = title;
    }, SETTLED);
    return () => clearTimeout(timer);
  }, [scored, current, announce]);
}
