import { type SyntheticEvent, useId, useRef, useState } from "react";

import { api } from "../api/client";
import { inWords } from "../api/error";
import { newKey } from "../api/newKey";
import type { CommentShape } from "../api/schema";
import { when } from "../charts/numbers";
import { Marked } from "../shell/Marked";
import { useNotices } from "../shell/notices";

/** What was written about a text, the oldest first; nobody is named. */
export function CommentList({ comments }: { comments: readonly CommentShape[] }) {
  if (comments.length === 0) return null;
  return (
    <ul className="comments" aria-label="Comments">
      {comments.map(({ id, who, mine, text, created }) => (
        <li key={id} className={mine ? "comment mine" : "comment"}>
          <span className="small muted">
            <strong>{who.charAt(0).toUpperCase() + who.slice(1)}</strong> ·{" "}
            <time dateTime={created}>{when(created)}</time>
          </span>
          <br />
          <Marked text={text} />
        </li>
      ))}
    </ul>
  );
}

interface CommentsProps {
  submission: number;
  comments: readonly CommentShape[];
  /** Whether somebody would read another. */
  open: boolean;
  /** Who that is. */
  readers: string;
  onSent: () => void;
}

/** The comments on a text, and the place to write another. */
export function Comments({ submission, comments, open, readers, onSent }: CommentsProps) {
  const [writing, setWriting] = useState(false);
  return (
    <div className="stack tight">
      <CommentList comments={comments} />
      {open && !writing && (
        <div>
          <button type="button" className="button compact" onClick={() => setWriting(true)}>
            {comments.length > 0 ? "Answer" : `Write to ${readers}`}
          </button>
        </div>
      )}
      {writing && (
        <RemarkForm
          label={`To ${readers}`}
          action="Send"
          hint="Your name is not shown."
          onCancel={() => setWriting(false)}
          send={async (text, key) => {
            await api.post("/api/submissions/{submission}/comments", {
              path: { submission },
              body: { text, key },
              repeatable: true,
            });
            setWriting(false);
            onSent();
          }}
        />
      )}
    </div>
  );
}

interface RemarkFormProps {
  label: string;
  action: string;
  hint: string;
  onCancel: () => void;
  /** Sends the text; the key stays the same until it was sent. A rejection keeps what was written. */
  send: (text: string, key: string) => Promise<void>;
}

/** A few words to somebody, and what went wrong with sending them. */
export function RemarkForm({ label, action, hint, onCancel, send }: RemarkFormProps) {
  const [text, setText] = useState("");
  const [busy, setBusy] = useState(false);
  const key = useRef<string | null>(null);
  const { tell } = useNotices();
  const id = useId();
  const submit = async (event: SyntheticEvent) => {
    event.preventDefault();
    if (busy || text.trim() === "") return;
    setBusy(true);
    key.current ??= newKey();
    try {
      await send(text, key.current);
    } catch (error) {
      tell(inWords(error), "problem");
      setBusy(false);
    }
  };
  return (
    <form className="stack tight form" onSubmit={(event) => void submit(event)}>
      <div className="field">
        <label htmlFor={id}>{label}</label>
        <textarea
          id={id}
          className="input"
          rows={3}
          maxLength={1000}
          value={text}
          aria-describedby={`${id}-hint`}
          onChange={({ target }) => setText(target.value)}
        />
        <span id={`${id}-hint`} className="hint">
          {hint}
        </span>
      </div>
      <div className="row">
        <button type="submit" className="button primary" disabled={busy || text.trim() === ""}>
          {action}
        </button>
        <button type="button" className="button" onClick={onCancel}>
          Cancel
        </button>
      </div>
    </form>
  );
}
