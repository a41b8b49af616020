import { useEffect, useRef } from "react";

import type { SubmissionShape } from "../../api/schema";
import { pointsText } from "../panels/outcome";
import { clockText, scoreText, sentence } from "../text/figures";

interface OutcomeProps {
  submission: SubmissionShape;
  onBack: () => void;
  onNext: () => void;
}

const TITLES: Readonly<Record<SubmissionShape["status"], string>> = {
  accepted: "Accepted: a failure of the model.",
  pending: "It passes the model. Reviewers will decide whether it is a failure.",
  rejected: "This is no failure, so it was not kept as one.",
};

/** What came of a submission, and the way on. */
export function Outcome({ submission, onBack, onNext }: OutcomeProps) {
  const { status, points, reason } = submission;
  const next = useRef<HTMLButtonElement>(null);
  useEffect(() => next.current?.focus(), []);
  return (
    <div className="stack" role="status">
      <p>
        <strong
          className={`outcome ${status === "accepted" ? "good" : status === "pending" ? "plain" : "warn"}`}
        >
          {TITLES[status]}
        </strong>
      </p>
      {points !== null && status === "accepted" && <p className="score number">{pointsText(points)}</p>}
      {reason && <p>{sentence(reason)}</p>}
      <p className="muted small number">
        Scored {scoreText(submission.score)} against {scoreText(submission.threshold)} by the model of round{" "}
        {submission.model_round}, after {clockText(submission.active_seconds)} of writing.
      </p>
      <div className="row">
        {status === "rejected" ? (
          <button ref={next} type="button" className="button primary" onClick={onBack}>
            Back to writing
          </button>
        ) : (
          <button ref={next} type="button" className="button primary" onClick={onNext}>
            Start the next
          </button>
        )}
      </div>
    </div>
  );
}
