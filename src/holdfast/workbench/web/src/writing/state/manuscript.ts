import { EMPTY, type Part, type Passage, samePassage } from "../text/passage";
import { Cell } from "./cell";

/** What a change came from; the log and the undo button name it. */
export type Source =
  "typing" | "suggestion" | "phrase" | "spelling" | "improvement" | "attack" | "restore" | "other_copy";

/** Where the writer stands: a selection in one of the parts. */
export interface Place {
  readonly part: Part;
  readonly anchor: number;
  readonly head: number;
}

/** A manuscript at one moment. `version` counts changes, `source` says what made the last one. */
export interface Page {
  readonly passage: Passage;
  readonly place: Place | null;
  readonly version: number;
  readonly source: Source | "undo" | "redo" | "opened";
  readonly canUndo: Source | null;
  readonly canRedo: Source | null;
}

interface Change {
  readonly before: Passage;
  readonly after: Passage;
  readonly placeBefore: Place | null;
  readonly placeAfter: Place | null;
  readonly source: Source;
  readonly at: number;
  readonly inserts: boolean;
}

/** Typing that pauses for so long, in milliseconds, begins a new step of undo. */
const PAUSE = 600;
const MOST_CHANGES = 1000;

/** Prompt and completion as one document with one history: every change, whatever made it, can be undone. */
export class Manuscript {
  readonly page: Cell<Page>;
  #done: Change[] = [];
  #undone: Change[] = [];
  #sealed = true;
  readonly #now: () => number;

  constructor(passage: Passage = EMPTY, now: () => number = Date.now) {
    this.#now = now;
    this.page = new Cell<Page>({
      passage,
      place: null,
      version: 0,
      source: "opened",
      canUndo: null,
      canRedo: null,
    });
  }

  get passage(): Passage {
    return this.page.read().passage;
  }

  /** Begin another document; its history starts empty. */
  open(passage: Passage): void {
    this.#done = [];
    this.#undone = [];
    this.#turn(passage, null, "opened");
    this.#sealed = true;
  }

  /** Change the text. Typing in one part in one go is one step of undo; everything else is a step by itself. */
  write(
    passage: Passage,
    source: Source,
    place: Place | null = null,
    placeBefore: Place | null = null,
  ): void {
    const before = this.passage;
    if (samePassage(before, passage)) return;
    const change = this.#change(before, passage, source, place, placeBefore);
    const last = this.#done.at(-1);
    if (last && this.#continues(last, change)) this.#done[this.#done.length - 1] = joined(last, change);
    else this.#done.push(change);
    if (this.#done.length > MOST_CHANGES) this.#done.shift();
    this.#undone = [];
    this.#sealed = source !== "typing";
    this.#turn(passage, place, source);
  }

  /** End the step of undo that is being typed. */
  readonly seal = (): void => {
    this.#sealed = true;
  };

  /** Take the last change back; false if there is none. */
  readonly undo = (): boolean => {
    const change = this.#done.pop();
    if (!change) return false;
    this.#undone.push(change);
    this.#sealed = true;
    this.#turn(change.before, change.placeBefore, "undo");
    return true;
  };

  /** Make the change anew that was taken back last; false if there is none. */
  readonly redo = (): boolean => {
    const change = this.#undone.pop();
    if (!change) return false;
    this.#done.push(change);
    this.#sealed = true;
    this.#turn(change.after, change.placeAfter, "redo");
    return true;
  };

  #change(
    before: Passage,
    after: Passage,
    source: Source,
    place: Place | null,
    placeBefore: Place | null,
  ): Change {
    const inserts = length(after) > length(before);
    return { before, after, placeBefore, placeAfter: place, source, at: this.#now(), inserts };
  }

  #continues(last: Change, next: Change): boolean {
    return (
      !this.#sealed &&
      last.source === "typing" &&
      next.source === "typing" &&
      last.placeAfter?.part === next.placeAfter?.part &&
      last.inserts === next.inserts &&
      next.at - last.at < PAUSE
    );
  }

  #turn(passage: Passage, place: Place | null, source: Page["source"]): void {
    this.page.write({
      passage,
      place,
      version: this.page.read().version + 1,
      source,
      canUndo: this.#done.at(-1)?.source ?? null,
      canRedo: this.#undone.at(-1)?.source ?? null,
    });
  }
}

function joined(first: Change, second: Change): Change {
  return { ...second, before: first.before, placeBefore: first.placeBefore };
}

function length(passage: Passage): number {
  return passage.prompt.length + passage.completion.length;
}
