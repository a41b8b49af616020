import { Dialog } from "../../shell/Dialog";
import { SnippetView } from "../../shell/SnippetView";
import type { DraftShape } from "../../api/schema";
import { when } from "../../charts/numbers";
import { useWorkplace } from "../deskContext";
import { useCell } from "../state/cell";

/** Two texts of one draft: the writer chooses, and neither is lost. */
export function ConflictDialog({ theirs }: { theirs: DraftShape }) {
  const { desk } = useWorkplace();
  const { passage } = useCell(desk.manuscript.page);
  const keeper = useCell(desk.draft);
  const both = () => {
    desk.record("conflict_settled", { by: "both" });
    desk.keepAsNew();
  };
  return (
    <Dialog title="This draft was changed elsewhere too">
      <div className="wide stack">
        <p>Another tab or computer has saved a different text. Nothing was overwritten.</p>
        <div className="columns">
          <section className="stack tight">
            <h3>Here</h3>
            <SnippetView snippet={passage} />
            <button
              type="button"
              className="button"
              onClick={() => {
                desk.record("conflict_settled", { by: "mine", other: { ...textOf(theirs) } });
                keeper?.keepMine();
              }}
            >
              Keep this text
            </button>
          </section>
          <section className="stack tight">
            <h3>
              Saved elsewhere <span className="muted small">{when(theirs.updated)}</span>
            </h3>
            <SnippetView snippet={theirs} />
            <button
              type="button"
              className="button"
              onClick={() => {
                desk.record("conflict_settled", { by: "theirs" });
                desk.takeTheirs();
              }}
            >
              Use the saved text
            </button>
          </section>
        </div>
        <button type="button" className="button primary" onClick={both}>
          Keep both: this text becomes a new draft
        </button>
      </div>
    </Dialog>
  );
}

function textOf({ prompt, completion }: DraftShape) {
  return { prompt, completion };
}
