import type { Page } from "../state/manuscript";
import { splice } from "../text/difference";
import type { Passage } from "../text/passage";
import type { Detail } from "./logQueue";

/** Milliseconds without typing after which what was typed is logged as one edit. */
export const TYPING_WAIT = 1000;

/**
 * Logs edits as differences, so that the log replays: typing in bursts, every other change by itself.
 *
 * The detail names the source, and for each changed part the place, how many characters went, and what came.
 */
export class EditLog {
  readonly #write: (detail: Detail) => void;
  #logged: Passage;
  #pending: { readonly passage: Passage; readonly source: Page["source"] } | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(write: (detail: Detail) => void, passage: Passage) {
    this.#write = write;
    this.#logged = passage;
  }

  /** Another document is opened; that is no edit. */
  open(passage: Passage): void {
    this.flush();
    this.#logged = passage;
  }

  /** The text changed. */
  note(passage: Passage, source: Page["source"]): void {
    if (this.#pending && this.#pending.source !== source) this.flush();
    this.#pending = { passage, source };
    clearTimeout(this.#timer);
    if (source === "typing") this.#timer = setTimeout(() => this.flush(), TYPING_WAIT);
    else this.flush();
  }

  /** Log what is pending. */
  flush(): void {
    clearTimeout(this.#timer);
    const pending = this.#pending;
    this.#pending = null;
    if (!pending) return;
    const prompt = splice(this.#logged.prompt, pending.passage.prompt);
    const completion = splice(this.#logged.completion, pending.passage.completion);
    this.#logged = pending.passage;
    if (!prompt && !completion) return;
    this.#write({ source: pending.source, ...(prompt && { prompt }), ...(completion && { completion }) });
  }
}
