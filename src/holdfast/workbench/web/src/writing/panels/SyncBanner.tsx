import { useWorkplace } from "../deskContext";
import type { DraftKeeper } from "../drafts/draftKeeper";
import type { Sync } from "../drafts/sync";
import { ConflictDialog } from "../dialogs/ConflictDialog";
import { useCell } from "../state/cell";

/** Says where the text is when it is not with the server, and what to do. */
export function SyncBanner({ keeper }: { keeper: DraftKeeper }) {
  const { desk } = useWorkplace();
  const sync = useCell(keeper.sync);
  if (sync.kind === "conflict") return <ConflictDialog theirs={sync.theirs} />;
  if (sync.kind === "offline") {
    return (
      <Banner text="The server cannot be reached. Everything you write is kept in this browser and sent when the connection is back.">
        <button type="button" className="button compact" onClick={desk.retry}>
          Try now
        </button>
      </Banner>
    );
  }
  if (sync.kind === "gone") {
    return (
      <Banner text="This draft was submitted or discarded elsewhere. Your text is still here.">
        <button type="button" className="button compact" onClick={() => desk.keepAsNew()}>
          Keep it as a new draft
        </button>
      </Banner>
    );
  }
  if (sync.kind === "refused") return <Banner text={`The server did not keep this text: ${sync.reason}`} />;
  return null;
}

function Banner({ text, children }: { text: string; children?: React.ReactNode }) {
  return (
    <div className="sync-banner row apart" role="alert">
      <span>{text}</span>
      {children}
    </div>
  );
}

const TEXTS: Readonly<Record<Sync["kind"], string>> = {
  saved: "Saved",
  unsaved: "Saving …",
  saving: "Saving …",
  offline: "Kept here",
  conflict: "Two texts",
  gone: "Kept here",
  refused: "Kept here",
};

/** The same in a word, always in its place. */
export function SyncMark({ keeper }: { keeper: DraftKeeper }) {
  const { kind } = useCell(keeper.sync);
  return (
    <span className={`sync-mark small ${kind === "saved" ? "muted" : ""}`}>
      <span aria-hidden="true">{kind === "saved" ? "✓" : "●"}</span> {TEXTS[kind]}
    </span>
  );
}
