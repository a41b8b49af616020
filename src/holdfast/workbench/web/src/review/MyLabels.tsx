import { useMemo } from "react";

import { api } from "../api/client";
import { inWords } from "../api/error";
import { useLoaded } from "../api/loaded";
import type { MyLabel } from "../api/schema";
import { figure, when } from "../charts/numbers";
import { Await } from "../shell/Await";
import { Empty } from "../shell/Empty";
import { Marked } from "../shell/Marked";
import { useNews } from "../shell/news";
import { useNotices } from "../shell/notices";
import { SnippetView } from "../shell/SnippetView";
import { UndoButton } from "../shell/UndoButton";
import { Comments } from "../submissions/Comments";
import { useSeen } from "../submissions/seen";
import { StateBadge } from "../submissions/StateBadge";
import { labelName } from "./label";

const load = (signal: AbortSignal): Promise<readonly MyLabel[]> =>
  api.get("/api/review/labels", { query: { count: 50 }, signal });

/** What somebody labelled or settled last, what came of it, and what its writer says. */
export function MyLabels() {
  const loaded = useLoaded(load);
  useNews("comment", loaded.reload);
  useNews("review", loaded.reload);
  const shown = useMemo(() => loaded.data ?? [], [loaded.data]);
  useSeen(shown);
  return (
    <Await loaded={loaded}>
      {(labels) =>
        labels.length === 0 ? (
          <Empty title="No labels yet">Your labels appear here, with the writers’ comments.</Empty>
        ) : (
          <ul className="stack">
            {labels.map((label) => (
              <LabelCard key={label.submission} label={label} onChange={loaded.reload} />
            ))}
          </ul>
        )
      }
    </Await>
  );
}

function LabelCard({ label, onChange }: { label: MyLabel; onChange: () => void }) {
  const { submission, state, news, reason, egregiousness, created, comments, may_comment } = label;
  return (
    <li className="card stack">
      <div className="row apart">
        <h2>Item {submission}</h2>
        <StateBadge state={state} news={news} />
      </div>
      <SnippetView snippet={label} />
      <p>
        You {label.adjudication ? "settled" : "labelled"} it{" "}
        <strong>{labelName(label.label).toLowerCase()}</strong>
        {label.label === "catastrophic" && `, egregiousness ${figure(egregiousness)}`}
        {reason === "" ? "." : ": "}
        <Marked text={reason} /> <span className="muted small">{when(created)}</span>
      </p>
      <Comments
        submission={submission}
        comments={comments}
        open={may_comment}
        readers="its writer"
        onSent={onChange}
      />
      <TakeBack label={label} onChange={onChange} />
    </li>
  );
}

function TakeBack({ label, onChange }: { label: MyLabel; onChange: () => void }) {
  const { tell } = useNotices();
  const path = { submission: label.submission };
  const undo = async () => {
    try {
      if (label.adjudication) await api.delete("/api/review/{submission}/adjudication", { path });
      else await api.delete("/api/review/{submission}", { path });
      tell(
        label.adjudication ? "Taken back. Settle it again." : "Taken back. Label it again in the queue.",
        "good",
      );
    } catch (error) {
      tell(inWords(error), "problem");
    }
    onChange();
  };
  if (label.undo_seconds === 0) return null;
  return (
    <div className="row">
      <UndoButton key={label.undo_seconds} seconds={label.undo_seconds} onUndo={undo} />
    </div>
  );
}
