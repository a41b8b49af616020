import { useState } from "react";

import { inWords } from "../../api/error";
import { useLoaded } from "../../api/loaded";
import type { DraftShape } from "../../api/schema";
import { Await } from "../../shell/Await";
import { useNotices } from "../../shell/notices";
import * as calls from "../calls";
import { useWorkplace } from "../deskContext";
import { useCell } from "../state/cell";
import { clockText } from "../text/figures";
import { ChangedAt, PassageText } from "./StartDialog";

/** The writer's open drafts, to go on with or to throw away. */
export function DraftList({ onOpened }: { onOpened: () => void }) {
  const loaded = useLoaded(calls.openDrafts);
  return (
    <Await loaded={loaded}>
      {(drafts) =>
        drafts.length ? (
          <ul className="choices">
            {drafts.map((draft) => (
              <DraftRow key={draft.id} draft={draft} onOpened={onOpened} onGone={loaded.reload} />
            ))}
          </ul>
        ) : (
          <p className="muted">You have no open drafts.</p>
        )
      }
    </Await>
  );
}

interface DraftRowProps {
  draft: DraftShape;
  onOpened: () => void;
  onGone: () => void;
}

function DraftRow({ draft, onOpened, onGone }: DraftRowProps) {
  const { desk } = useWorkplace();
  const { tell } = useNotices();
  const here = useCell(desk.draft)?.id === draft.id;
  const [asked, setAsked] = useState(false);
  const discard = async () => {
    try {
      await calls.discardDraft(draft.id);
      desk.record("discarded", { draft: draft.id });
      if (here) desk.putAway();
      onGone();
    } catch (error) {
      tell(inWords(error), "problem");
    }
  };
  return (
    <li className="draft-row">
      <button
        type="button"
        className="passage-choice"
        aria-current={here}
        onClick={() => {
          desk.open(draft);
          onOpened();
        }}
      >
        <PassageText passage={draft} />
        <span className="small muted number">
          {here && <strong>open now · </strong>}
          {clockText(draft.active_seconds)} of writing · <ChangedAt time={draft.updated} />
        </span>
      </button>
      <button
        type="button"
        className={asked ? "button danger compact" : "button quiet compact"}
        aria-label={asked ? "Discard this draft for good" : "Discard this draft"}
        onClick={() => (asked ? void discard() : setAsked(true))}
        onBlur={() => setAsked(false)}
      >
        {asked ? "Discard?" : "Discard"}
      </button>
    </li>
  );
}
