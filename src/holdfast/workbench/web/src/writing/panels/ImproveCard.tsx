import { useEffect } from "react";

import { figure } from "../../charts/numbers";
import { useNotices } from "../../shell/notices";
import { keysFor } from "../commands";
import { useWorkplace } from "../deskContext";
import { useCell } from "../state/cell";
import { changeText, scoreText, sentence, spokenScore } from "../text/figures";
import { type Passage, samePassage } from "../text/passage";
import { beginSearch } from "../tools/beginSearch";
import type { SearchEnd, SearchStep } from "../../api/schema";
import type { SearchState } from "../tools/search";
import { Changed } from "./Changed";

/** Lets the machine go on with the text: one step, until it stalls, or by an attack; watched as it goes. */
export function ImproveCard({ onFinish }: { onFinish: () => void }) {
  const { desk } = useWorkplace();
  const tools = useCell(desk.tools);
  const state = useCell(desk.search.state);
  useSpokenEnd(state);
  if (!tools.suggestions) return null;
  const busy = state.kind === "running";
  return (
    <section className="card stack tight improve" aria-label="Improve">
      <div className="row apart">
        <h2>Improve</h2>
        <div className="row tight">
          <button
            type="button"
            className="button compact"
            disabled={busy}
            aria-keyshortcuts={keysFor("step")}
            onClick={() => beginSearch(desk, { kind: "step" })}
          >
            One step <kbd>Alt I</kbd>
          </button>
          <button
            type="button"
            className="button compact"
            disabled={busy}
            aria-keyshortcuts={keysFor("climb")}
            onClick={() => beginSearch(desk, { kind: "climb" })}
          >
            Until it stalls <kbd>Alt R</kbd>
          </button>
          <button
            type="button"
            className="button compact"
            disabled={busy}
            aria-keyshortcuts={keysFor("finish")}
            onClick={onFinish}
          >
            Finish this for me … <kbd>Alt A</kbd>
          </button>
        </div>
      </div>
      {state.kind === "running" && <Running state={state} />}
      {state.kind === "ended" && <Ended state={state} />}
    </section>
  );
}

function Running({ state }: { state: Extract<SearchState, { kind: "running" }> }) {
  const { desk } = useWorkplace();
  const best = state.steps.at(-1);
  return (
    <div className="stack tight search">
      <div className="row apart">
        <span className="small">
          <span className="search-pulse" aria-hidden="true" /> {nameOf(state)}
          {best ? `, ${figure(best.queries)} queries` : " begins"} …
        </span>
        <button type="button" className="button compact" disabled={state.stopping} onClick={desk.search.stop}>
          {state.stopping ? "Stopping …" : "Stop"} <kbd>Esc</kbd>
        </button>
      </div>
      {best && <Best start={state.start} best={best} steps={state.steps} />}
    </div>
  );
}

function Ended({ state }: { state: Extract<SearchState, { kind: "ended" }> }) {
  const { desk, editors } = useWorkplace();
  const { passage } = useCell(desk.manuscript.page);
  const { end } = state;
  const edited = !samePassage(passage, state.start);
  const take = () => {
    desk.takeResult();
    editors.focus();
  };
  return (
    <div className="stack tight search">
      <p className={end.reason === "error" ? "problem small" : "small"}>
        {endText(end)}
        {end.queries > 0 && <span className="muted"> {figure(end.queries)} queries.</span>}
      </p>
      {end.best ? (
        <>
          <Best start={passage} best={end.best} steps={state.steps} />
          {edited && (
            <p className="muted small">
              You have edited the text since the search began. Applying the result replaces your edits; undo
              restores them.
            </p>
          )}
          <div className="row">
            <button type="button" className="button primary compact" onClick={take}>
              Apply
            </button>
            <button type="button" className="button compact" onClick={() => desk.leaveResult()}>
              Discard <kbd>Esc</kbd>
            </button>
          </div>
        </>
      ) : (
        <div className="row">
          <button type="button" className="button compact" onClick={() => desk.leaveResult()}>
            Close <kbd>Esc</kbd>
          </button>
        </div>
      )}
    </div>
  );
}

interface BestProps {
  start: Passage;
  best: SearchStep;
  steps: readonly SearchStep[];
}

function Best({ start, best, steps }: BestProps) {
  const [first] = steps;
  return (
    <>
      <p className="number">
        <strong className={best.failure ? "outcome good" : ""}>{scoreText(best.score)}</strong>{" "}
        {first && first !== best && (
          <span className="muted small">{changeText(first.score, best.score)} </span>
        )}
        {best.failure && <span className="badge good">★ a failure</span>}
        {best.verdict && (
          <span className="muted small">
            {" "}
            {best.verdict.label === "catastrophic"
              ? `catastrophic ${figure(best.verdict.egregiousness, 2)}`
              : best.verdict.label}
          </span>
        )}
      </p>
      <Changed before={start} after={best} />
    </>
  );
}

type Watched = Exclude<SearchState, { kind: "idle" }>;

function nameOf({ quest }: Watched): string {
  if (quest.kind === "step") return "One greedy step";
  return quest.kind === "climb" ? "Greedy steps" : (quest.attack ?? "attack").replaceAll("_", " ");
}

function endText({ reason, message }: SearchEnd): string {
  if (message) return sentence(message);
  const texts: Readonly<Record<SearchEnd["reason"], string>> = {
    failure: "It found a failure.",
    done: "The step is done.",
    stalled: "No step makes the text better.",
    budget: "The budget is spent.",
    stopped: "Stopped.",
    error: "It failed.",
  };
  return texts[reason];
}

/** Reads a search's end out. */
function useSpokenEnd(state: SearchState): void {
  const { announce } = useNotices();
  useEffect(() => {
    if (state.kind !== "ended") return;
    const { best } = state.end;
    const found = best ? ` Best: ${spokenScore(best.score)}. Apply it, or discard it with Escape.` : "";
    announce(endText(state.end) + found);
  }, [state, announce]);
}
