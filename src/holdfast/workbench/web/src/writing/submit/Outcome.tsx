import { useEffect, useRef } from "react";
import { Link } from "wouter";

import { inWords } from "../../api/error";
import type { SubmissionShape } from "../../api/schema";
import { useNotices } from "../../shell/notices";
import { UNDO_SECONDS, UndoButton } from "../../shell/UndoButton";
import * as calls from "../calls";
import { useWorkplace } from "../deskContext";
import { pointsText } from "../panels/outcome";
import { clockText, scoreText, sentence } from "../text/figures";

interface OutcomeProps {
  submission: SubmissionShape;
  onBack: () => void;
  onNext: () => void;
  /** The submission was taken back, and its draft is open on the desk. */
  onTaken: () => void;
}

const TITLES: Readonly<Record<SubmissionShape["status"], string>> = {
  accepted: "Accepted. This text is a failure of the model.",
  pending: "This text passes the model. Reviewers will decide whether it is a failure.",
  rejected: "This text does not count as a failure.",
};

/** What came of a submission, and the way on. */
export function Outcome({ submission, onBack, onNext, onTaken }: OutcomeProps) {
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
      {status !== "rejected" && <TakeBack submission={submission} onTaken={onTaken} />}
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

function TakeBack({ submission, onTaken }: Pick<OutcomeProps, "submission" | "onTaken">) {
  const { desk } = useWorkplace();
  const { tell } = useNotices();
  const undo = async () => {
    try {
      await calls.takeBack(submission.id);
      desk.open(await calls.drafts.read(submission.draft));
      onTaken();
    } catch (error) {
      tell(inWords(error), "problem");
    }
  };
  return (
    <p className="row small">
      <UndoButton seconds={UNDO_SECONDS} onUndo={undo} />
      <span className="muted">
        Follow it on <Link href="/submissions">My submissions</Link>.
      </span>
    </p>
  );
}
