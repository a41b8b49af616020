import { completionStatus } from "@codemirror/autocomplete";
import { Annotation, EditorSelection, EditorState, type Extension } from "@codemirror/state";
import { closeHoverTooltips, EditorView, placeholder, type ViewUpdate } from "@codemirror/view";

import type { Desk } from "../desk";
import { Cell } from "../state/cell";
import type { Place } from "../state/manuscript";
import { splice } from "../text/difference";
import { type Part, samePassage, withPart } from "../text/passage";
import { appearance } from "./appearance";
import { editorKeys } from "./keys";
import { marks, marksField, marksOf, pickedField, type Range, setMarks, setPicked, type Word } from "./marks";
import type { Spot } from "./spot";
import { neighbour, wordAt, wordsIn } from "./words";

/** Marks what comes from the manuscript, and so must not be written back into it. */
const fromManuscript = Annotation.define<boolean>();

/** What the page does when the writer asks for something in an editor. */
export interface EditorWishes {
  menu(spot: Spot, takeFocus: boolean): void;
  phrases(spot: Spot): void;
}

/** What is different between the two editors. */
export interface EditorKind {
  readonly part: Part;
  readonly label: string;
  readonly hint: string;
  readonly describedBy: string;
}

/** The two editors: both show the one manuscript, and the caret goes from one to the other. */
export class Editors {
  readonly spot = new Cell<Spot>({ part: "prompt", range: { from: 0, to: 0 }, words: [], picked: false });
  readonly #desk: Desk;
  readonly #wishes: EditorWishes;
  readonly #views = new Map<Part, EditorView>();

  constructor(desk: Desk, wishes: EditorWishes) {
    this.#desk = desk;
    this.#wishes = wishes;
  }

  /** Follow the manuscript and its score; returns what ends that. */
  follow(): () => void {
    const desk = this.#desk;
    const ends = [
      desk.manuscript.page.watch(this.#show),
      desk.live.reading.watch(this.#mark),
      desk.preferences.watch(this.#mark),
      desk.tools.watch(this.#mark),
    ];
    return () => {
      for (const end of ends) end();
    };
  }

  /** Make an editor in an element; returns what takes it away. */
  mount(kind: EditorKind, parent: HTMLElement, extensions: Extension): () => void {
    const doc = this.#desk.manuscript.passage[kind.part];
    const state = EditorState.create({ doc, extensions: [this.#extensions(kind), extensions] });
    const view = new EditorView({ state, parent });
    this.#views.set(kind.part, view);
    this.#mark();
    return () => {
      this.#views.delete(kind.part);
      view.destroy();
    };
  }

  /** The view of a part, if it is shown. */
  view(part: Part): EditorView | undefined {
    return this.#views.get(part);
  }

  /** Put the focus back where the writer was. */
  focus(part: Part = this.spot.read().part): void {
    this.#views.get(part)?.focus();
  }

  /** Whether an editor has the focus and its keys: a list of completions would take them. */
  hasKeys(): boolean {
    const focused = [...this.#views.values()].find((view) => view.hasFocus);
    return focused !== undefined && completionStatus(focused.state) !== "active";
  }

  /** Take away what is said of a word on hovering. */
  closeTooltips(): void {
    for (const view of this.#views.values()) view.dispatch({ effects: closeHoverTooltips });
  }

  /** Take the pick away. */
  readonly unpick = (): boolean => {
    for (const view of this.#views.values()) {
      if (view.state.field(pickedField)) view.dispatch({ effects: setPicked.of(null) });
    }
    return true;
  };

  /** Pick a word: it is selected, so that typing replaces it, and framed. */
  pick(part: Part, word: Range, focus = true): void {
    this.unpick();
    const view = this.#views.get(part);
    if (!view) return;
    view.dispatch({
      selection: EditorSelection.single(word.from, word.to),
      effects: setPicked.of({ from: word.from, to: word.to }),
      scrollIntoView: true,
    });
    if (focus) view.focus();
  }

  #extensions(kind: EditorKind): Extension {
    const { part } = kind;
    return [
      marks,
      appearance,
      placeholder(kind.hint),
      editorKeys({
        undo: this.#desk.manuscript.undo,
        redo: this.#desk.manuscript.redo,
        step: (direction, extend) => this.#step(part, direction, extend),
        leave: (direction) => this.#leave(part, direction),
        openMenu: () => this.#wish(part, (spot) => this.#wishes.menu(spot, true)),
        openPhrases: () => this.#wish(part, (spot) => this.#wishes.phrases(spot)),
        unpick: this.unpick,
      }),
      EditorView.updateListener.of((update) => this.#updated(part, update)),
      EditorView.domEventHandlers({
        beforeinput: (event) => this.#nativeHistory(event),
        click: (event, view) => this.#clicked(part, event, view),
      }),
      EditorView.contentAttributes.of({
        "aria-label": kind.label,
        "aria-describedby": kind.describedBy,
        spellcheck: "false",
        autocapitalize: "sentences",
      }),
    ];
  }

  #updated(part: Part, update: ViewUpdate): void {
    const ours = update.transactions.some((transaction) => transaction.annotation(fromManuscript));
    if (update.docChanged && !ours) {
      const { manuscript } = this.#desk;
      const text = update.state.doc.toString();
      const passage = withPart(manuscript.passage, part, text);
      const completed = update.transactions.some((transaction) => transaction.isUserEvent("input.complete"));
      if (completed) manuscript.seal();
      manuscript.write(passage, "typing", placeOf(part, update.state), placeOf(part, update.startState));
      if (completed) manuscript.seal();
    }
    if (update.selectionSet && !update.docChanged && !ours) this.#desk.manuscript.seal();
    const changed = update.docChanged || update.selectionSet || update.focusChanged || hasEffects(update);
    if (changed && (update.view.hasFocus || this.spot.read().part === part)) this.#locate(part, update.state);
  }

  #locate(part: Part, state: EditorState): void {
    this.spot.write(spotOf(part, state));
  }

  readonly #show = (): void => {
    const { passage, place } = this.#desk.manuscript.page.read();
    for (const [part, view] of this.#views) {
      const change = splice(view.state.doc.toString(), passage[part]);
      const here = place?.part === part ? place : null;
      if (!change && !here) continue;
      const length = passage[part].length;
      const selection = here && { anchor: Math.min(here.anchor, length), head: Math.min(here.head, length) };
      // What is being typed stands in its view already, and its caret with it.
      if (!change && selection?.head === view.state.selection.main.head) continue;
      view.dispatch({
        ...(change && { changes: change }),
        ...(selection && { selection, scrollIntoView: true }),
        annotations: fromManuscript.of(true),
      });
      if (here && !view.hasFocus && this.#anyFocus()) view.focus();
    }
  };

  readonly #mark = (): void => {
    const { scored, of, current } = this.#desk.live.reading.read();
    if (!scored || !of || !current || !samePassage(of, this.#desk.manuscript.passage)) return;
    for (const [part, view] of this.#views) {
      const shown = view.state.doc.toString() === of[part];
      if (shown) view.dispatch({ effects: setMarks.of(marksOf(scored, part, this.#desk.shading)) });
    }
  };

  #step(part: Part, direction: 1 | -1, extend: boolean): boolean {
    const view = this.#views.get(part);
    if (!view) return false;
    const { anchor, head, from, to } = view.state.selection.main;
    if (extend) {
      const edge = { from: head, to: head };
      const next = neighbour(view.state, edge, direction);
      if (next) view.dispatch({ selection: { anchor, head: direction === 1 ? next.to : next.from } });
      return true;
    }
    const next = neighbour(view.state, this.#framed(view) ?? { from, to }, direction);
    if (next) this.pick(part, next);
    else this.#stepOver(part, direction);
    return true;
  }

  #framed(view: EditorView): Range | null {
    return view.state.field(pickedField);
  }

  #stepOver(part: Part, direction: 1 | -1): void {
    const other = otherPart(part, direction);
    const words = other && this.#views.get(other)?.state.field(marksField).words;
    const word = words?.at(direction === 1 ? 0 : -1);
    if (other && word) this.pick(other, word);
  }

  #leave(part: Part, direction: "up" | "down" | "left" | "right"): boolean {
    const view = this.#views.get(part);
    const forward = direction === "down" || direction === "right";
    const other = otherPart(part, forward ? 1 : -1);
    const target = other && this.#views.get(other);
    if (!view || !target || !atEdge(view, direction)) return false;
    const position = forward ? 0 : target.state.doc.length;
    target.dispatch({ selection: { anchor: position }, scrollIntoView: true });
    target.focus();
    return true;
  }

  /** At the editor that the key was pressed in, which may have the focus only just now. */
  #wish(part: Part, wish: (spot: Spot) => void): boolean {
    const view = this.#views.get(part);
    if (view) wish(spotOf(part, view.state));
    return true;
  }

  #clicked(part: Part, event: MouseEvent, view: EditorView): boolean {
    const plain = event.button === 0 && !event.shiftKey && !event.altKey && !event.ctrlKey && !event.metaKey;
    if (!plain || event.detail > 1 || !view.state.selection.main.empty) return false;
    if (!this.#desk.preferences.read().menuOnClick || !this.#desk.tools.read().suggestions) return false;
    const position = view.posAtCoords({ x: event.clientX, y: event.clientY });
    const word = position === null ? null : hit(view.state, position);
    if (!word) return false;
    view.dispatch({ effects: setPicked.of({ from: word.from, to: word.to }) });
    const range = { from: word.from, to: word.to };
    this.#wishes.menu({ part, range, words: [word], picked: true }, false);
    return false;
  }

  /** Undo by the browser's own menu, or by a shaken phone, is the manuscript's too. */
  #nativeHistory(event: InputEvent): boolean {
    if (event.inputType !== "historyUndo" && event.inputType !== "historyRedo") return false;
    event.preventDefault();
    const { undo, redo } = this.#desk.manuscript;
    return event.inputType === "historyUndo" ? undo() : redo();
  }

  #anyFocus(): boolean {
    return [...this.#views.values()].some((view) => view.hasFocus);
  }
}

function spotOf(part: Part, state: EditorState): Spot {
  const { from, to } = state.selection.main;
  const bare = [wordAt(state, from)].filter((word) => word !== null);
  const words = from === to ? bare : wordsIn(state, { from, to });
  return { part, range: { from, to }, words, picked: state.field(pickedField) !== null };
}

function hasEffects(update: ViewUpdate): boolean {
  return update.transactions.some((transaction) => transaction.effects.length > 0);
}

function placeOf(part: Part, state: EditorState): Place {
  const { anchor, head } = state.selection.main;
  return { part, anchor, head };
}

function otherPart(part: Part, direction: 1 | -1): Part | null {
  if (direction === 1) return part === "prompt" ? "completion" : null;
  return part === "completion" ? "prompt" : null;
}

/** The word under a click: not the one whose end was hit by clicking into the blank behind it. */
function hit(state: EditorState, position: number): Word | null {
  const word = wordAt(state, position);
  return word && position <= word.to && position < state.doc.length ? word : null;
}

function atEdge(view: EditorView, direction: "up" | "down" | "left" | "right"): boolean {
  const { main } = view.state.selection;
  if (!main.empty) return false;
  if (direction === "left") return main.head === 0;
  if (direction === "right") return main.head === view.state.doc.length;
  const moved = view.moveVertically(main, direction === "down");
  const [here, there] = [view.coordsAtPos(main.head), view.coordsAtPos(moved.head)];
  return moved.head === main.head || (here !== null && there !== null && here.top === there.top);
}
