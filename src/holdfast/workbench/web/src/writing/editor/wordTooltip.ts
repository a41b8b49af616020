import type { Extension } from "@codemirror/state";
import { hoverTooltip } from "@codemirror/view";

import type { Word } from "./marks";
import { wordAt } from "./words";

/**
 * What is said of a word on hovering; the same that the line below the editors says of the word at the caret.
 *
 * A tap hovers too, a moment later: nothing is said while a menu is open, over which it would lie.
 */
export function wordTooltip(
  describe: (word: Word) => readonly string[],
  menuIsOpen: () => boolean,
): Extension {
  return hoverTooltip(
    (view, position) => {
      if (menuIsOpen()) return null;
      const word = wordAt(view.state, position);
      if (!word || position > word.to) return null;
      const lines = describe(word);
      if (!lines.length) return null;
      return { pos: word.from, end: word.to, above: true, create: () => ({ dom: paragraphs(lines) }) };
    },
    { hoverTime: 250 },
  );
}

function paragraphs(lines: readonly string[]): HTMLElement {
  const dom = document.createElement("div");
  dom.className = "word-tooltip";
  for (const line of lines) {
    const paragraph = document.createElement("p");
    paragraph.textContent = line;
    dom.append(paragraph);
  }
  return dom;
}
