import { type KeyboardEvent, useEffect, useId, useLayoutEffect, useRef, useState } from "react";

import type { Suggestion } from "../../api/schema";
import { count } from "../../charts/numbers";
import { useNotices } from "../../shell/notices";
import { useWorkplace } from "../deskContext";
import { Changed } from "../panels/Changed";
import { useCell } from "../state/cell";
import { spokenScore } from "../text/figures";
import { AT_FIRST, type Kind, KIND_NAMES, KIND_SHORT, ranked, type Sieve } from "./ranking";
import { spokenSuggestion, SuggestionRow } from "./SuggestionRow";
import type { SuggestionsState } from "./suggestions";

type Open = Extract<SuggestionsState, { kind: "open" }>;

const PAGE = 8;

/** The menu of a word or a phrase, beside it; nothing while it is closed. */
export function SuggestionMenu() {
  const { suggestions, editors } = useWorkplace();
  const state = useCell(suggestions.state);
  const [sieve, setSieve] = useState<Sieve>(AT_FIRST);
  const box = useRef<HTMLDivElement>(null);
  const subject = state.kind === "closed" ? null : state.subject;
  const [part, from] = [subject?.part, subject?.from];

  useLayoutEffect(() => {
    const view = part && editors.view(part);
    const place = box.current;
    if (!view || !place || from === undefined) return;
    const at = view.coordsAtPos(Math.min(from, view.state.doc.length));
    const frame = place.offsetParent?.getBoundingClientRect();
    if (!at || !frame) return;
    const left = Math.min(at.left - frame.left, frame.width - place.offsetWidth - 8);
    place.style.left = `${Math.max(0, left)}px`;
    place.style.top = `${at.bottom - frame.top + 6}px`;
  }, [part, from, editors, state.kind]);

  useEffect(() => {
    if (!subject) return;
    const outside = (event: PointerEvent) => {
      const inside = event.target instanceof Node && box.current?.contains(event.target);
      if (!inside) suggestions.close();
    };
    document.addEventListener("pointerdown", outside, true);
    return () => document.removeEventListener("pointerdown", outside, true);
  }, [subject, suggestions]);

  useKeysFromText(subject !== null);
  useEffect(() => {
    if (subject) editors.closeTooltips();
  }, [subject, editors]);

  if (state.kind === "closed") return null;
  const close = () => {
    suggestions.close();
    editors.focus(state.subject.part);
  };
  const name = state.subject.text || "this word";
  return (
    <div ref={box} className="menu" role="dialog" aria-label={`Alternatives for ${name}`}>
      {state.kind === "asking" && <p className="muted menu-wait">Asking the model …</p>}
      {state.kind === "failed" && (
        <div className="menu-wait row apart">
          <p className="problem">{state.problem}</p>
          <button type="button" className="button compact" onClick={close}>
            Close
          </button>
        </div>
      )}
      {state.kind === "open" && (
        <OpenMenu
          state={state}
          sieve={{ ...sieve, kind: fitting(sieve.kind, state) }}
          onSieve={setSieve}
          onClose={close}
        />
      )}
    </div>
  );
}

/** A kind chosen for words does not hide phrases. */
function fitting(kind: Kind | null, { menu }: Open): Kind | null {
  return menu.suggestions.some((one) => one.kind === kind) ? kind : null;
}

interface OpenMenuProps {
  state: Open;
  sieve: Sieve;
  onSieve: (sieve: Sieve) => void;
  onClose: () => void;
}

function OpenMenu({ state, sieve, onSieve, onClose }: OpenMenuProps) {
  const { suggestions, editors, project } = useWorkplace();
  const { menu, subject, scored } = state;
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  const listId = useId();
  const field = useRef<HTMLInputElement>(null);
  const shown = ranked(menu.suggestions, { ...sieve, typed });
  const active = Math.min(at, shown.length - 1);
  const chosen = shown[active];
  useFirstFocus(field, subject.takeFocus);
  useSpokenMenu(state, shown);

  const take = (suggestion: Suggestion) => {
    suggestions.take(suggestion, shown.indexOf(suggestion));
    editors.focus(subject.part);
  };
  const sift = (next: Sieve) => {
    onSieve(next);
    setAt(0);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: active + 1,
      ArrowUp: active - 1,
      PageDown: active + PAGE,
      PageUp: active - PAGE,
    };
    const next = moves[event.key];
    if (next !== undefined) setAt(Math.max(0, Math.min(shown.length - 1, next)));
    else if (event.key === "Enter" && event.target === field.current && chosen) take(chosen);
    else if (event.key === "Escape") onClose();
    else if (event.altKey && event.code === "KeyC")
      sift({ ...sieve, catastrophicOnly: !sieve.catastrophicOnly });
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    // The keys of the list work from every control of the menu.
    // eslint-disable-next-line jsx-a11y/no-static-element-interactions
    <div className="menu-open" onKeyDown={onKeyDown}>
      <div className="menu-head">
        <input
          ref={field}
          className="input"
          type="text"
          role="combobox"
          aria-label="Filter alternatives"
          aria-expanded="true"
          aria-controls={listId}
          aria-autocomplete="list"
          aria-activedescendant={chosen ? `${listId}-${active}` : undefined}
          placeholder={
            project.writes === "sentences" ? "Sentences beside this one …" : `Instead of “${subject.text}” …`
          }
          autoComplete="off"
          spellCheck={false}
          value={typed}
          onChange={({ target }) => {
            setTyped(target.value);
            setAt(0);
          }}
        />
        <Sieves state={state} sieve={sieve} onSieve={sift} />
      </div>
      <div id={listId} role="listbox" aria-label="Alternatives, lowest score first" className="menu-list">
        {shown.map((suggestion, index) => (
          <SuggestionRow
            key={`${suggestion.kind} ${suggestion.words} ${index}`}
            id={`${listId}-${index}`}
            suggestion={suggestion}
            before={menu.before}
            threshold={scored.threshold}
            active={index === active}
            onTake={take}
            onPoint={() => setAt(index)}
          />
        ))}
      </div>
      {chosen ? (
        // A long text scrolls here, so that the keyboard must reach it.
        <div className="menu-preview" role="region" aria-label="The text as it would be" tabIndex={0}>
          <Changed before={only(subject.part, state.of)} after={only(subject.part, chosen)} />
        </div>
      ) : (
        <p className="muted menu-wait">
          {state.menu.suggestions.length
            ? `Nothing fits. ${sieve.catastrophicOnly ? "Harmless ones are hidden." : ""}`
            : "Nothing may be written here: what must stay would be lost."}
        </p>
      )}
      <p className="menu-foot muted small">
        <span>{count(shown.length, "alternative")}</span>
        <span>
          <kbd>↑</kbd> <kbd>↓</kbd> choose · <kbd>⏎</kbd> apply · <kbd>Esc</kbd> close
        </span>
      </p>
    </div>
  );
}

function only(part: "prompt" | "completion", { [part]: text }: { prompt: string; completion: string }) {
  return { prompt: "", completion: "", [part]: text };
}

function Sieves({ state, sieve, onSieve }: { state: Open; sieve: Sieve; onSieve: (sieve: Sieve) => void }) {
  const { suggestions } = state.menu;
  const kinds = (Object.keys(KIND_NAMES) as Kind[]).filter((kind) =>
    suggestions.some((one) => one.kind === kind),
  );
  const judged = suggestions.some((one) => one.verdict !== null);
  return (
    <div className="row tight">
      {kinds.length > 1 && (
        <div className="segments" role="group" aria-label="Kinds">
          {[null, ...kinds].map((kind) => (
            <button
              key={kind ?? "all"}
              type="button"
              className="button compact"
              aria-pressed={sieve.kind === kind}
              aria-label={kind === null ? "All kinds" : KIND_NAMES[kind]}
              title={kind === null ? "All kinds" : KIND_NAMES[kind]}
              onClick={() => onSieve({ ...sieve, kind })}
            >
              {kind === null ? "All" : KIND_SHORT[kind]}
            </button>
          ))}
        </div>
      )}
      {judged && (
        <button
          type="button"
          className="button compact"
          aria-pressed={sieve.catastrophicOnly}
          aria-keyshortcuts="Alt+C"
          onClick={() => onSieve({ ...sieve, catastrophicOnly: !sieve.catastrophicOnly })}
        >
          Still catastrophic <kbd>Alt C</kbd>
        </button>
      )}
    </div>
  );
}

/** While a menu is open and the focus still in the text, ↓ goes into the menu and Escape closes it. */
function useKeysFromText(open: boolean): void {
  const { suggestions, editors } = useWorkplace();
  useEffect(() => {
    if (!open) return;
    const listen = (event: globalThis.KeyboardEvent) => {
      const plain = !(event.shiftKey || event.altKey || event.ctrlKey || event.metaKey || event.isComposing);
      if (!plain || !editors.hasKeys()) return;
      if (event.key === "ArrowDown") suggestions.enter();
      else if (event.key === "Escape") {
        suggestions.close();
        editors.unpick();
      } else return;
      event.preventDefault();
      event.stopPropagation();
    };
    // Before the editor, to which both keys mean something else.
    window.addEventListener("keydown", listen, true);
    return () => window.removeEventListener("keydown", listen, true);
  }, [open, suggestions, editors]);
}

/** A menu asked for by key takes the focus; one that a click opened leaves it in the text until ↓. */
function useFirstFocus(field: React.RefObject<HTMLInputElement | null>, takeFocus: boolean): void {
  useEffect(() => {
    if (takeFocus) field.current?.focus({ preventScroll: true });
    else field.current?.scrollIntoView({ block: "nearest" });
  }, [field, takeFocus]);
}

function useSpokenMenu({ menu, subject }: Open, shown: readonly Suggestion[]): void {
  const { announce } = useNotices();
  const [best] = shown;
  const first = useRef(true);
  useEffect(() => {
    if (!first.current) return;
    first.current = false;
    const lead = best ? ` Lowest: ${spokenSuggestion(best, menu.before)}` : "";
    announce(
      `${count(menu.suggestions.length, "alternative")} for ${subject.text}, now ${spokenScore(menu.before)}.${lead}`,
    );
  }, [announce, best, menu, subject]);
}
