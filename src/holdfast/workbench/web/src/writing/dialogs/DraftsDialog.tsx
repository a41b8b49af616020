import { Dialog } from "../../shell/Dialog";
import { DraftList } from "./DraftList";

/** The writer's open drafts, over the one that is open. */
export function DraftsDialog({ onClose, onOpened }: { onClose: () => void; onOpened: () => void }) {
  return (
    <Dialog title="My drafts" onClose={onClose}>
      <div className="wide stack">
        <DraftList onOpened={onOpened} />
        <button type="button" className="button" onClick={onClose}>
          Close
        </button>
      </div>
    </Dialog>
  );
}
