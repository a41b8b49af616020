import { inWords, isAbort } from "../../api/error";
import type { Menu, Scored, Suggestion, TokenShape } from "../../api/schema";
import * as calls from "../calls";
import type { Desk } from "../desk";
import type { Spot } from "../editor/spot";
import { Cell } from "../state/cell";
import { splice } from "../text/difference";
import { type Part, type Passage, passageOf, samePassage } from "../text/passage";

/** What suggestions are for: one word's menu, or other ways to write a stretch. */
export interface Subject {
  readonly mode: "word" | "phrase";
  readonly part: Part;
  readonly from: number;
  readonly to: number;
  /** The words as they stand now. */
  readonly text: string;
  /** Whether the menu takes the focus as it opens. */
  readonly takeFocus: boolean;
}

export type SuggestionsState =
  | { readonly kind: "closed" }
  | { readonly kind: "asking"; readonly subject: Subject }
  | { readonly kind: "failed"; readonly subject: Subject; readonly problem: string }
  | {
      readonly kind: "open";
      readonly subject: Subject;
      readonly menu: Menu;
      readonly of: Passage;
      readonly scored: Scored;
    };

/** Asks for suggestions, holds them while they are looked at, and applies the one that is taken. */
export class Suggestions {
  readonly state = new Cell<SuggestionsState>({ kind: "closed" });
  readonly #desk: Desk;
  #call: AbortController | null = null;
  /** The text that suggestions were last asked for. */
  #of: Passage;

  constructor(desk: Desk) {
    this.#desk = desk;
    this.#of = passageOf(desk.manuscript.passage);
  }

  /** Close when the text changes: what is shown was for another. Returns what ends that. */
  follow(): () => void {
    return this.#desk.manuscript.page.watch(() => {
      const open = this.state.read().kind !== "closed";
      if (open && !samePassage(this.#of, this.#desk.manuscript.passage)) this.close();
    });
  }

  /** Open the menu of the first word at a spot. */
  openWord(spot: Spot, takeFocus: boolean): Promise<void> {
    return this.#open("word", spot, takeFocus);
  }

  /** Ask for other ways to write the words of a spot. */
  openPhrases(spot: Spot): Promise<void> {
    return this.#open("phrase", spot, true);
  }

  /** Have the menu take the focus: now, or as soon as it opens. */
  readonly enter = (): void => {
    const state = this.state.read();
    if (state.kind === "asking" || state.kind === "open")
      this.state.write({ ...state, subject: { ...state.subject, takeFocus: true } });
  };

  /** Close without taking anything. */
  readonly close = (): void => {
    const state = this.state.read();
    this.#call?.abort();
    this.#call = null;
    if (state.kind === "open") this.#desk.record("suggestions_closed", { mode: state.subject.mode });
    this.state.write({ kind: "closed" });
  };

  /** Take a suggestion: one change, one step of undo. `rank` is its place in the list that was shown. */
  take(suggestion: Suggestion, rank: number): void {
    const state = this.state.read();
    if (state.kind !== "open") return;
    const { subject } = state;
    const { kind, words, score } = suggestion;
    const { mode, part } = subject;
    const detail = { mode, part, kind, words, rank, score, before: state.menu.before };
    this.#desk.use("suggestion_taken", detail);
    this.state.write({ kind: "closed" });
    const changed = splice(this.#desk.manuscript.passage[part], suggestion[part]);
    const end = changed ? changed.from + changed.insert.length : subject.to;
    const place = { part, anchor: end, head: end };
    this.#desk.apply(suggestion, mode === "word" ? "suggestion" : "phrase", place);
  }

  async #open(mode: Subject["mode"], spot: Spot, takeFocus: boolean): Promise<void> {
    this.#call?.abort();
    const call = new AbortController();
    this.#call = call;
    this.#of = passageOf(this.#desk.manuscript.passage);
    this.#desk.clock.touch();
    const { part, range } = spot;
    let subject: Subject = { mode, part, ...range, text: "", takeFocus };
    this.state.write({ kind: "asking", subject });
    try {
      const scored = await this.#desk.scored();
      if (this.#call !== call) return;
      const of = passageOf(this.#desk.manuscript.passage);
      const tokens = tokensAt(scored.tokens, part, range, mode);
      const [first, last] = [tokens[0], tokens.at(-1)];
      if (!first || !last) throw new Error("There is no word here.");
      subject = { ...subject, from: first.start, to: last.end, text: of[part].slice(first.start, last.end) };
      const menu = await this.#ask(subject, of, first.index, last.index, call.signal);
      if (this.#call !== call) return;
      this.#shown(subject, menu);
      const asked = this.state.read();
      if (asked.kind === "asking") subject = { ...subject, takeFocus: asked.subject.takeFocus };
      this.state.write({ kind: "open", subject, menu, of, scored });
    } catch (error) {
      if (this.#call !== call || isAbort(error)) return;
      this.state.write({ kind: "failed", subject, problem: inWords(error) });
    }
  }

  #ask(subject: Subject, of: Passage, first: number, last: number, signal: AbortSignal): Promise<Menu> {
    if (subject.mode === "word") return calls.menu(of, this.#desk.seed, subject.part, first, signal);
    return calls.phrases(of, this.#desk.seed, subject.part, first, last + 1, signal);
  }

  #shown({ mode, part, text }: Subject, menu: Menu): void {
    const best = menu.suggestions.reduce((least, { score }) => Math.min(least, score), 1);
    const detail = { mode, part, text, count: menu.suggestions.length, before: menu.before, best };
    this.#desk.use("suggestions_shown", detail);
  }
}

/** The words that a stretch touches; a bare caret touches the one it stands in or ends, a menu only one. */
function tokensAt(
  tokens: readonly TokenShape[],
  part: Part,
  { from, to }: { readonly from: number; readonly to: number },
  mode: Subject["mode"],
): readonly TokenShape[] {
  const here = tokens.filter((token) => token.part === part);
  const touched = here.filter(({ start, end }) => start < to && from < end);
  const under =
    here.find(({ start, end }) => start <= from && from < end) ?? here.find(({ end }) => end === from);
  const found = touched.length ? touched : under ? [under] : [];
  return mode === "word" ? found.slice(0, 1) : found;
}
