import { acceptCompletion } from "@codemirror/autocomplete";
import { standardKeymap } from "@codemirror/commands";
import { type Extension, Prec } from "@codemirror/state";
import { type EditorView, keymap } from "@codemirror/view";

import { pickedField } from "./marks";

/** What an editor's keys do beyond moving and typing. */
export interface KeyActions {
  readonly undo: () => boolean;
  readonly redo: () => boolean;
  /** Pick the next word, or the one before, across both parts; `extend` selects up to it. */
  readonly step: (direction: 1 | -1, extend: boolean) => boolean;
  /** Go to the other part if the caret stands at this one's edge. */
  readonly leave: (direction: "up" | "down" | "left" | "right") => boolean;
  readonly openMenu: () => boolean;
  readonly openPhrases: () => boolean;
  readonly unpick: () => boolean;
}

/** The keys of one editor. Tab stays free to leave it, unless a completion is open for the taking. */
export function editorKeys(actions: KeyActions): Extension {
  return [
    Prec.high(
      keymap.of([
        { key: "Mod-z", run: actions.undo, preventDefault: true },
        { key: "Mod-y", run: actions.redo, preventDefault: true },
        { key: "Mod-Shift-z", run: actions.redo, preventDefault: true },
        { key: "Alt-ArrowRight", run: () => actions.step(1, false), shift: () => actions.step(1, true) },
        { key: "Alt-ArrowLeft", run: () => actions.step(-1, false), shift: () => actions.step(-1, true) },
        { key: "Enter", run: (view) => isPicked(view) && actions.openMenu() },
        { key: "Alt-Enter", run: actions.openMenu },
        { key: "Alt-p", run: actions.openPhrases, preventDefault: true },
        { key: "Escape", run: (view) => isPicked(view) && actions.unpick() },
        { key: "ArrowDown", run: () => actions.leave("down") },
        { key: "ArrowUp", run: () => actions.leave("up") },
        { key: "ArrowRight", run: () => actions.leave("right") },
        { key: "ArrowLeft", run: () => actions.leave("left") },
        { key: "Tab", run: acceptCompletion },
      ]),
    ),
    keymap.of(standardKeymap),
  ];
}

function isPicked(view: EditorView): boolean {
  return view.state.field(pickedField) !== null;
}
