import { useEffect, useRef } from "react";

import { count, figure } from "../../charts/numbers";
import { useNotices } from "../../shell/notices";
import { useWorkplace } from "../deskContext";
import { useCell } from "../state/cell";
import { splice } from "../text/difference";
import { nearestWords } from "../text/nearest";
import { withPart } from "../text/passage";
import { describeWord } from "./describeWord";
import type { Word } from "./marks";
import type { Spot } from "./spot";

/** What is known of the word at the caret, or of the words selected, and what can be done with them. */
export function WordBar() {
  const { desk, editors, project, suggestions } = useWorkplace();
  const spot = useCell(editors.spot);
  const tools = useCell(desk.tools);
  const [first] = spot.words;
  useSpokenWord(spot);
  const several = spot.words.length > 1;
  return (
    <div className="word-bar" role="group" aria-label="Words at the caret">
      <span className="word-bar-text">
        {first === undefined ? (
          <span className="muted">Click a word, or pick one with Alt+← and Alt+→</span>
        ) : several ? (
          <strong>{count(spot.words.length, "word")} selected</strong>
        ) : (
          <OneWord word={first} />
        )}
      </span>
      <span className="row tight">
        {tools.suggestions && (
          <button
            type="button"
            className="button compact"
            disabled={first === undefined}
            aria-keyshortcuts="Alt+Enter"
            onClick={() => void suggestions.openWord(spot, true)}
          >
            Alternatives <kbd>Alt ⏎</kbd>
          </button>
        )}
        {tools.phrase_fill && project.has_generator && project.writes === "words" && (
          <button
            type="button"
            className="button compact"
            disabled={first === undefined}
            aria-keyshortcuts="Alt+P"
            onClick={() => void suggestions.openPhrases(spot)}
          >
            Rephrase <kbd>Alt P</kbd>
          </button>
        )}
      </span>
    </div>
  );
}

function OneWord({ word }: { word: Word }) {
  return (
    <>
      <strong>{word.text}</strong>
      {word.saliency !== null && <span className="muted number">saliency {figure(word.saliency)}</span>}
      {!word.known && <Unknown word={word} />}
    </>
  );
}

function Unknown({ word }: { word: Word }) {
  const { desk, editors, project } = useWorkplace();
  const { part } = useCell(editors.spot);
  const put = (near: string) => {
    const { passage } = desk.manuscript;
    const text = passage[part];
    const capital = /^\p{Lu}/u.test(word.text);
    const insert = capital ? near.charAt(0).toUpperCase() + near.slice(1) : near;
    const next = text.slice(0, word.from) + insert + text.slice(word.to);
    const changed = splice(text, next);
    const end = word.from + insert.length;
    desk.clock.touch();
    if (changed) desk.apply(withPart(passage, part, next), "spelling", { part, anchor: end, head: end });
    editors.focus(part);
  };
  return (
    <span className="row tight">
      <span className="badge warn">not in the vocabulary</span>
      {nearestWords(word.text, project.vocabulary, 3).map((near) => (
        <button key={near} type="button" className="button compact" onClick={() => put(near)}>
          {near}
        </button>
      ))}
    </span>
  );
}

/** A word picked by keyboard is read out by the screen reader as selected; this adds what only eyes would see. */
function useSpokenWord(spot: Spot): void {
  const { project } = useWorkplace();
  const { announce } = useNotices();
  const told = useRef<string | null>(null);
  const [word] = spot.words;
  useEffect(() => {
    const place = spot.picked && word ? `${spot.part} ${word.index}` : null;
    if (place === told.current) return;
    told.current = place;
    if (place && word) announce([word.text, ...describeWord(word, project.vocabulary)].join(". "));
  }, [spot, word, project, announce]);
}
