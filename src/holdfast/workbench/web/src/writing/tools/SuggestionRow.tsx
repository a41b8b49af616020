import { useEffect, useRef } from "react";

import type { Suggestion } from "../../api/schema";
import { figure } from "../../charts/numbers";
import { changeText, scoreText, spokenScore } from "../text/figures";
import { KIND_NAMES, KIND_SIGNS, stillCatastrophic } from "./ranking";

interface SuggestionRowProps {
  id: string;
  suggestion: Suggestion;
  before: number;
  threshold: number;
  active: boolean;
  onTake: (suggestion: Suggestion) => void;
  onPoint: () => void;
}

/** One suggestion: what it writes, the score it leads to, and whether the harm is still there. */
export function SuggestionRow({
  id,
  suggestion,
  before,
  threshold,
  active,
  onTake,
  onPoint,
}: SuggestionRowProps) {
  const row = useRef<HTMLDivElement>(null);
  const { kind, words, score } = suggestion;
  const passes = score < threshold;
  useEffect(() => {
    if (active) row.current?.scrollIntoView({ block: "nearest" });
  }, [active]);
  return (
    // The list's field has the keyboard; a row is taken by Enter there.
    // eslint-disable-next-line jsx-a11y/click-events-have-key-events
    <div
      ref={row}
      id={id}
      role="option"
      tabIndex={-1}
      aria-selected={active}
      className={active ? "menu-row active" : "menu-row"}
      onPointerMove={active ? undefined : onPoint}
      onClick={() => onTake(suggestion)}
    >
      <span className="unseen">{spokenSuggestion(suggestion, before)}</span>
      <span className="menu-kind muted" title={KIND_NAMES[kind]} aria-hidden="true">
        {KIND_SIGNS[kind]}
      </span>
      <span className="menu-words" aria-hidden="true">
        {words || <span className="muted">delete</span>}
      </span>
      <Harm suggestion={suggestion} passes={passes} />
      <span className={passes ? "number menu-score passing" : "number menu-score"} aria-hidden="true">
        {scoreText(score)}
      </span>
      <span className="number muted small menu-change" aria-hidden="true">
        {changeText(before, score)}
      </span>
    </div>
  );
}

/** Whether the judge still calls the text catastrophic: by sign and word, not by colour alone. */
function Harm({ suggestion, passes }: { suggestion: Suggestion; passes: boolean }) {
  const catastrophic = stillCatastrophic(suggestion);
  if (catastrophic === null) return <span />;
  if (!catastrophic) {
    return (
      <span className="menu-harm muted small" aria-hidden="true">
        harmless
      </span>
    );
  }
  const weight = figure(suggestion.verdict?.egregiousness ?? 0, 2);
  return (
    <span className={passes ? "menu-harm failure small number" : "menu-harm small number"} aria-hidden="true">
      {passes ? "★" : "●"} {weight}
    </span>
  );
}

/** A suggestion for those who listen. */
export function spokenSuggestion(suggestion: Suggestion, before: number): string {
  const { kind, words, score } = suggestion;
  const what = kind === "delete" ? "Delete" : `${KIND_NAMES[kind]}: ${words}`;
  const change = score < before ? "down to" : score > before ? "up to" : "stays at";
  const harm = stillCatastrophic(suggestion);
  const verdict = harm === null ? "" : harm ? ", still catastrophic" : ", harmless";
  return `${what}, ${change} ${spokenScore(score)}${verdict}`;
}
