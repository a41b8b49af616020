import { useEffect, useState } from "react";

import { inWords } from "../api/error";
import { useNews } from "../shell/news";
import { useNotices } from "../shell/notices";
import { Page } from "../shell/Page";
import { keysFor, usePageKeys } from "./commands";
import { useWorkplace } from "./deskContext";
import { FinishDialog } from "./dialogs/FinishDialog";
import { KeysDialog } from "./dialogs/KeysDialog";
import { DraftsDialog } from "./dialogs/DraftsDialog";
import { StartDialog, StartPanel } from "./dialogs/StartDialog";
import { FirstSteps, FirstStepsDialog } from "./help/FirstSteps";
import { WordsDialog } from "./help/WordsDialog";
import { toggleSaliency } from "./editor/SaliencyLegend";
import { ClockMark } from "./panels/ClockMark";
import { HISTORY_ID } from "./panels/HistoryCard";
import { spokenOutcome } from "./panels/outcome";
import { SyncBanner, SyncMark } from "./panels/SyncBanner";
import { useCell } from "./state/cell";
import { knownOf } from "./state/liveScore";
import { partsOf } from "./text/passage";
import { SubmitDialog } from "./submit/SubmitDialog";
import { beginSearch } from "./tools/beginSearch";
import { WritingSheet } from "./WritingSheet";

type DialogName = "start" | "drafts" | "finish" | "submit" | "keys" | "steps" | "words";

/** The page with its head, its keys and its dialogs. */
export function WritingDesk() {
  const { desk, editors, project } = useWorkplace();
  const stage = useCell(desk.stage);
  const keeper = useCell(desk.draft);
  const preferences = useCell(desk.preferences);
  const [dialog, setDialog] = useState<DialogName | null>(null);
  const close = () => setDialog(null);
  const started = () => {
    close();
    // After the dialog has given the focus back to where it was.
    setTimeout(() => editors.focus(partsOf(project)[0]));
  };
  const problem = useArrival();
  useServedModel();
  useKeys(setDialog);

  return (
    <Page
      title="Write"
      actions={
        <div className="row desk-actions">
          {keeper && <SyncMark keeper={keeper} />}
          {keeper && <ClockMark />}
          <button
            type="button"
            className="button compact"
            aria-keyshortcuts={keysFor("start")}
            onClick={() => setDialog("start")}
          >
            Start from … <kbd>Alt N</kbd>
          </button>
          <button
            type="button"
            className="button compact"
            aria-keyshortcuts={keysFor("drafts")}
            onClick={() => setDialog("drafts")}
          >
            Drafts <kbd>Alt O</kbd>
          </button>
          <button type="button" className="button compact" onClick={() => setDialog("words")}>
            Words
          </button>
          <button type="button" className="button compact" onClick={() => setDialog("steps")}>
            How it works
          </button>
          <button
            type="button"
            className="button compact"
            aria-label="Keys"
            onClick={() => setDialog("keys")}
          >
            <span aria-hidden="true">?</span>
          </button>
        </div>
      }
    >
      {problem && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
      {keeper && <SyncBanner keeper={keeper} />}
      {stage === "choosing" && dialog !== "submit" && !preferences.knowsTheWay && (
        <section className="card stack" aria-labelledby="first-steps">
          <div className="row apart">
            <h2 id="first-steps">How it works</h2>
            <button
              type="button"
              className="button compact"
              onClick={() => desk.preferences.write({ ...preferences, knowsTheWay: true })}
            >
              Got it
            </button>
          </div>
          <FirstSteps />
        </section>
      )}
      {stage === "choosing" && dialog !== "submit" && (
        <section className="card stack start-card" aria-label="Start from">
          <h2>Where do you start?</h2>
          <StartPanel onStarted={started} />
        </section>
      )}
      {stage === "writing" && (
        <WritingSheet onSubmit={() => setDialog("submit")} onFinish={() => setDialog("finish")} />
      )}
      {dialog === "start" && <StartDialog onClose={close} onStarted={started} />}
      {dialog === "drafts" && <DraftsDialog onClose={close} onOpened={started} />}
      {dialog === "finish" && <FinishDialog onClose={close} />}
      {dialog === "submit" && <SubmitDialog onClose={close} onNext={close} />}
      {dialog === "steps" && <FirstStepsDialog onClose={close} />}
      {dialog === "words" && <WordsDialog onClose={close} />}
      {dialog === "keys" && <KeysDialog onClose={close} />}
    </Page>
  );
}

/** Find the draft that was worked on last; what is wrong if it cannot be found. */
function useArrival(): string | null {
  const { desk } = useWorkplace();
  const { tell } = useNotices();
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    desk.arrive(tell).catch((error: unknown) => setProblem(inWords(error)));
  }, [desk, tell]);
  return problem;
}

/** Score anew when another model is served; the shell says that it is. */
function useServedModel(): void {
  const { desk } = useWorkplace();
  useNews("model", ({ round }) => {
    desk.record("model_changed", { round });
    desk.live.again();
  });
}

function useKeys(setDialog: (dialog: DialogName) => void): void {
  const { desk, suggestions } = useWorkplace();
  const { announce, tell } = useNotices();
  const writing = () => desk.stage.read() === "writing";
  usePageKeys({
    saliency: () => toggleSaliency(desk),
    step: () => {
      if (writing()) beginSearch(desk, { kind: "step" });
    },
    climb: () => {
      if (writing()) beginSearch(desk, { kind: "climb" });
    },
    finish: () => {
      if (writing() && desk.tools.read().suggestions) setDialog("finish");
    },
    start: () => setDialog("start"),
    drafts: () => setDialog("drafts"),
    history: () => document.getElementById(HISTORY_ID)?.focus(),
    say: () => {
      const scored = knownOf(desk.live.reading.read(), desk.manuscript.passage);
      announce(scored ? spokenOutcome(scored) : "There is no score of this text yet.");
    },
    submit: () => {
      if (writing()) setDialog("submit");
    },
    save: () => {
      desk.retry();
      void desk.draft
        .read()
        ?.flush()
        .then(() => tell(desk.unsaved ? "Kept in this browser." : "Saved."));
    },
    keys: () => setDialog("keys"),
    escape: () => {
      const search = desk.search.state.read();
      if (suggestions.state.read().kind !== "closed") suggestions.close();
      else if (search.kind === "running") desk.search.stop();
      else if (search.kind === "ended") desk.leaveResult();
    },
    undo: desk.manuscript.undo,
    redo: desk.manuscript.redo,
  });
}
