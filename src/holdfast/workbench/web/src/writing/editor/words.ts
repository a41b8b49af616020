import type { EditorState } from "@codemirror/state";

import { marksField, type Range, type Word } from "./marks";

/** The words of an editor in order. */
export function wordsOf(state: EditorState): readonly Word[] {
  return state.field(marksField).words;
}

/** The word at a position; between two that touch, the one that the position begins. */
export function wordAt(state: EditorState, position: number): Word | null {
  const words = wordsOf(state);
  return (
    words.find(({ from, to }) => from <= position && position < to) ??
    words.find(({ to }) => to === position) ??
    null
  );
}

/** The words that a stretch of text touches. */
export function wordsIn(state: EditorState, { from, to }: Range): readonly Word[] {
  return wordsOf(state).filter((word) => word.from < to && from < word.to);
}

/** The word that follows a position, or comes before it. */
export function neighbour(state: EditorState, range: Range, step: 1 | -1): Word | null {
  const words = wordsOf(state);
  if (step === 1) {
    const bare = range.from === range.to;
    return words.find(({ from }) => (bare ? from >= range.from : from >= range.to)) ?? null;
  }
  return words.findLast(({ to }) => to <= range.from) ?? null;
}
