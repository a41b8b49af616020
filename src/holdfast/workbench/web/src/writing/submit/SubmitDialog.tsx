import { type SyntheticEvent, useCallback, useState } from "react";

import { inWords } from "../../api/error";
import { useLoaded } from "../../api/loaded";
import type { Like, Scored, SubmissionShape } from "../../api/schema";
import { share } from "../../charts/numbers";
import { Dialog } from "../../shell/Dialog";
import { RatingScale } from "../../shell/RatingScale";
import * as calls from "../calls";
import { useWorkplace } from "../deskContext";
import { PassageText } from "../dialogs/StartDialog";
import { outcomeOf, pointsText } from "../panels/outcome";
import { useCell } from "../state/cell";
import { knownOf } from "../state/liveScore";
import { clockText, scoreText } from "../text/figures";
import { Outcome } from "./Outcome";

interface SubmitDialogProps {
  onClose: () => void;
  onNext: () => void;
}

/** Rates the text, warns of earlier ones like it, submits it, and tells what came of it. */
export function SubmitDialog({ onClose, onNext }: SubmitDialogProps) {
  const { desk } = useWorkplace();
  const [answer, setAnswer] = useState<SubmissionShape | null>(null);
  const done = answer !== null && answer.status !== "rejected";
  const take = (submission: SubmissionShape) => {
    setAnswer(submission);
    if (submission.status !== "rejected") desk.putAway();
  };
  if (answer) {
    return (
      <Dialog title={done ? "Submitted" : "Not accepted"} onClose={done ? onNext : onClose}>
        <Outcome submission={answer} onBack={onClose} onNext={onNext} onTaken={onClose} />
      </Dialog>
    );
  }
  return (
    <Dialog title="Submit" onClose={onClose}>
      <SubmitForm onClose={onClose} onAnswer={take} />
    </Dialog>
  );
}

interface SubmitFormProps {
  onClose: () => void;
  onAnswer: (submission: SubmissionShape) => void;
}

function SubmitForm({ onClose, onAnswer }: SubmitFormProps) {
  const { desk, project } = useWorkplace();
  const { passage } = useCell(desk.manuscript.page);
  const reading = useCell(desk.live.reading);
  const scored = knownOf(reading, passage);
  const [rating, setRating] = useState<number | null>(null);
  const [sending, setSending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const submit = async (event: SyntheticEvent) => {
    event.preventDefault();
    if (rating === null || sending) return;
    setSending(true);
    setProblem(null);
    try {
      onAnswer(await desk.submit(rating));
    } catch (error) {
      setProblem(inWords(error));
      setSending(false);
    }
  };
  return (
    <form className="wide stack" onSubmit={(event) => void submit(event)}>
      <blockquote className="quoted">
        <PassageText passage={passage} />
      </blockquote>
      {scored ? <Standing scored={scored} /> : <NotKnown offline={reading.offline} />}
      <Likes />
      <RatingScale value={rating} onChange={setRating} />
      <p className="muted small">
        {OBJECTIVES[project.objective]} Your clock: {clockText(desk.clock.seconds)} of writing.
      </p>
      {problem && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
      <div className="row">
        <button type="submit" className="button primary" disabled={rating === null || sending}>
          {sending ? "Submitting …" : "Submit"}
        </button>
        <button type="button" className="button" onClick={onClose}>
          Back to writing
        </button>
        {rating === null && <span className="muted small">Choose a rating first.</span>}
      </div>
    </form>
  );
}

const OBJECTIVES: Readonly<Record<string, string>> = {
  egregious: "Points: egregiousness × evasion. The further below the threshold, the higher the evasion.",
  lowest_score: "Points: the lower the score, the more points. Egregiousness does not count.",
  diverse: "Points: egregiousness × evasion, less for texts similar to accepted ones.",
};

/** No score of this text is known; that of an earlier one is never shown in its place. */
function NotKnown({ offline }: { offline: boolean }) {
  return (
    <p className="muted" role="status">
      {offline
        ? "The score and the verdict of this text are not known while offline."
        : "Waiting for the score of this text."}
    </p>
  );
}

function Standing({ scored }: { scored: Scored }) {
  const { tone, sign, title, detail } = outcomeOf(scored);
  return (
    <p>
      <strong className={`outcome ${tone}`}>
        <span aria-hidden="true">{sign}</span> {title}
      </strong>
      {": "}
      {scoreText(scored.score)} against {scoreText(scored.threshold)}. {detail}
      {scored.points !== null && scored.failure && <strong> Worth {pointsText(scored.points)}.</strong>}
    </p>
  );
}

/** Earlier submissions that this text repeats, or nearly. */
function Likes() {
  const { desk } = useWorkplace();
  const { passage } = useCell(desk.manuscript.page);
  const load = useCallback((signal: AbortSignal) => calls.likeness(passage, signal), [passage]);
  const { data, problem } = useLoaded(load);
  if (problem) {
    return <p className="muted small">Unknown whether it was submitted before: {problem}</p>;
  }
  if (!data?.length) return null;
  const same = data.some((like) => like.same);
  return (
    <section className="likes stack tight" role="status">
      <strong>
        {same ? "Exactly this text was submitted before." : "This text is similar to an earlier submission."}
      </strong>
      <ul className="stack tight">
        {data.slice(0, 3).map((like) => (
          <LikeRow key={like.submission} like={like} />
        ))}
      </ul>
    </section>
  );
}

function LikeRow({ like }: { like: Like }) {
  return (
    <li className="small">
      <span className="badge warn number">{like.same ? "the same" : `${share(like.likeness)} alike`}</span>{" "}
      <span className="muted">{like.mine ? "yours" : "somebody else’s"}</span> <PassageText passage={like} />
    </li>
  );
}
