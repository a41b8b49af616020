import { keysFor } from "./commands";
import { useWorkplace } from "./deskContext";
import { EditorField } from "./editor/EditorField";
import { SaliencyLegend } from "./editor/SaliencyLegend";
import { WordBar } from "./editor/WordBar";
import { HistoryCard } from "./panels/HistoryCard";
import { ImproveCard } from "./panels/ImproveCard";
import { ScoreCard } from "./panels/ScoreCard";
import { VerdictCard } from "./panels/VerdictCard";
import { useCell } from "./state/cell";
import { knownOf } from "./state/liveScore";
import type { Page } from "./state/manuscript";
import { partsOf } from "./text/passage";
import { SuggestionMenu } from "./tools/SuggestionMenu";

interface WritingSheetProps {
  onSubmit: () => void;
  onFinish: () => void;
}

/** The text on one side, what model and judge say of it on the other. */
export function WritingSheet({ onSubmit, onFinish }: WritingSheetProps) {
  const { desk, project } = useWorkplace();
  const tools = useCell(desk.tools);
  return (
    <div className="desk">
      <div className="desk-text stack">
        <section className="card sheet" aria-label="Text">
          <div className="editors">
            {partsOf(project).map((part) => (
              <EditorField key={part} part={part} />
            ))}
            <SuggestionMenu />
          </div>
          <WordBar />
          <div className="row apart sheet-foot">
            <SaliencyLegend />
            <div className="row tight">
              {tools.suggestions && <MenuOnClick />}
              <History />
            </div>
          </div>
        </section>
        <ImproveCard onFinish={onFinish} />
      </div>
      <div className="desk-side stack">
        <ScoreCard />
        <Submit onSubmit={onSubmit} />
        <HistoryCard />
        <VerdictCard />
      </div>
    </div>
  );
}

/** The way to the dialog; it stands out where the text is a failure, or may be one. */
function Submit({ onSubmit }: { onSubmit: () => void }) {
  const { desk } = useWorkplace();
  const { passage } = useCell(desk.manuscript.page);
  const scored = knownOf(useCell(desk.live.reading), passage);
  const ready = scored?.failure ?? scored?.passes ?? false;
  return (
    <button
      type="button"
      className={ready ? "button primary submit" : "button submit"}
      aria-keyshortcuts={keysFor("submit")}
      onClick={onSubmit}
    >
      Submit … <kbd>Ctrl ⏎</kbd>
    </button>
  );
}

/** Whether a click on a word opens its menu. */
function MenuOnClick() {
  const { desk } = useWorkplace();
  const preferences = useCell(desk.preferences);
  return (
    <label className="choice small">
      <input
        type="checkbox"
        checked={preferences.menuOnClick}
        onChange={({ target }) => desk.preferences.write({ ...preferences, menuOnClick: target.checked })}
      />
      Menu on click
    </label>
  );
}

const CHANGES: Readonly<Record<NonNullable<Page["canUndo"]>, string>> = {
  typing: "typing",
  suggestion: "an alternative",
  phrase: "a phrase",
  spelling: "a corrected word",
  improvement: "an improvement",
  attack: "an attack’s result",
  restore: "a restored text",
  other_copy: "the other text",
};

function History() {
  const { desk } = useWorkplace();
  const { canUndo, canRedo } = useCell(desk.manuscript.page);
  return (
    <>
      <button
        type="button"
        className="button compact"
        disabled={canUndo === null}
        aria-keyshortcuts="Control+Z"
        title={canUndo ? `Undo ${CHANGES[canUndo]}` : "Nothing to undo"}
        onClick={desk.manuscript.undo}
      >
        Undo
      </button>
      <button
        type="button"
        className="button compact"
        disabled={canRedo === null}
        aria-keyshortcuts="Control+Y"
        title={canRedo ? `Redo ${CHANGES[canRedo]}` : "Nothing to redo"}
        onClick={desk.manuscript.redo}
      >
        Redo
      </button>
    </>
  );
}
