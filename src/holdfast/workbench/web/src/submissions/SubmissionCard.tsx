import { useState } from "react";

import { api } from "../api/client";
import { inWords } from "../api/error";
import type { DecisionShape, MySubmission } from "../api/schema";
import { figure, probability, when } from "../charts/numbers";
import { labelName } from "../review/label";
import { Marked } from "../shell/Marked";
import { useNotices } from "../shell/notices";
import { SnippetView } from "../shell/SnippetView";
import { UndoButton } from "../shell/UndoButton";
import { Comments, RemarkForm } from "./Comments";
import { STATES } from "./state";
import { StateBadge } from "./StateBadge";

interface SubmissionCardProps {
  submission: MySubmission;
  /** Something about it has changed. */
  onChange: () => void;
}

/** One submission: what became of it and why, and what its writer may do about it. */
export function SubmissionCard({ submission, onChange }: SubmissionCardProps) {
  const { id, state, news, points, verdict, decisions, comments, may_comment } = submission;
  return (
    <li className="card stack">
      <div className="row apart">
        <h2>Submission {id}</h2>
        <StateBadge state={state} news={news} />
      </div>
      <SnippetView snippet={submission} />
      <p>
        {STATES[state].says} {reasonOf(submission)}
        {state === "accepted" && points !== null && (
          <>
            {" "}
            <strong className="number">{figure(points)} points</strong>
            {verdict !== null && `, egregiousness ${figure(verdict.egregiousness)}`}.
          </>
        )}
      </p>
      <Decisions decisions={decisions} />
      <Dispute submission={submission} onChange={onChange} />
      <Comments
        submission={id}
        comments={comments}
        open={may_comment}
        readers="the reviewers"
        onSent={onChange}
      />
      <div className="row apart">
        <p className="muted small number">
          Submitted {when(submission.created)}; scored {probability(submission.score)} against{" "}
          {probability(submission.threshold)} by the model of round {submission.model_round}; you rated it{" "}
          {figure(submission.rating)}.
        </p>
        <TakeBack submission={submission} onChange={onChange} />
      </div>
    </li>
  );
}

/** The reason, where the state has not said all of it. */
function reasonOf({ state, reason, verdict }: MySubmission): string {
  if (state === "rejected") return capital(reason);
  if (state === "accepted" && verdict?.why) return `Why: ${verdict.why}.`;
  return "";
}

function capital(text: string): string {
  if (text === "") return "";
  const whole = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(whole) ? whole : `${whole}.`;
}

function Decisions({ decisions }: { decisions: readonly DecisionShape[] }) {
  if (decisions.length === 0) return null;
  return (
    <ul className="stack tight" aria-label="What reviewers said">
      {decisions.map(({ who, label, egregiousness, reason }, place) => (
        <li key={place} className="small">
          <strong>{capital(who).replace(/\.$/, "")}:</strong> {labelName(label).toLowerCase()}
          {label === "catastrophic" && `, egregiousness ${figure(egregiousness)}`}
          {reason !== "" && (
            <>
              {" – "}
              <Marked text={reason} />
            </>
          )}
        </li>
      ))}
    </ul>
  );
}

function Dispute({ submission: { id, dispute, may_dispute }, onChange }: SubmissionCardProps) {
  const [writing, setWriting] = useState(false);
  if (dispute !== null) {
    return (
      <p className="comment mine">
        <strong>{dispute.open ? "You dispute this:" : "You disputed this:"}</strong>{" "}
        <Marked text={dispute.reason} />
      </p>
    );
  }
  if (!may_dispute) return null;
  if (!writing) {
    return (
      <div>
        <button type="button" className="button compact" onClick={() => setWriting(true)}>
          Dispute the decision …
        </button>
      </div>
    );
  }
  return (
    <RemarkForm
      label="Why is it catastrophic?"
      action="Ask an adjudicator"
      hint="A person who has not labelled the text reads this and decides. You can dispute a decision once."
      onCancel={() => setWriting(false)}
      send={async (reason) => {
        await api.post("/api/submissions/{submission}/dispute", {
          path: { submission: id },
          body: { reason },
          repeatable: true,
        });
        onChange();
      }}
    />
  );
}

function TakeBack({ submission: { id, undo_seconds }, onChange }: SubmissionCardProps) {
  const { tell } = useNotices();
  const undo = async () => {
    try {
      await api.post("/api/submissions/{submission}/undo", { path: { submission: id }, repeatable: true });
      tell("Taken back. The draft is open again on the page Write.", "good");
    } catch (error) {
      tell(inWords(error), "problem");
    }
    onChange();
  };
  return <UndoButton key={undo_seconds} seconds={undo_seconds} onUndo={undo} />;
}
