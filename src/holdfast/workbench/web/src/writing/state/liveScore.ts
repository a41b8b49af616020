import { inWords, isAbort, Unreachable } from "../../api/error";
import type { Scored } from "../../api/schema";
import { type Passage, samePassage } from "../text/passage";
import { Cell } from "./cell";

/** The newest score and the passage that it is of; `current` is false while a newer passage waits for its own. */
export interface Reading {
  readonly scored: Scored | null;
  readonly of: Passage | null;
  readonly current: boolean;
  /** Why there is no newer score, in words. */
  readonly problem: string | null;
  readonly offline: boolean;
}

/** What is known of exactly this text; null where the newest score is of another. */
export function knownOf({ scored, of }: Reading, passage: Passage): Scored | null {
  return of !== null && samePassage(of, passage) ? scored : null;
}

/** Asks the server for a score. */
export type AskScore = (passage: Passage, saliency: boolean, signal: AbortSignal) => Promise<Scored>;

interface Waiter {
  readonly resolve: (scored: Scored) => void;
  readonly reject: (error: unknown) => void;
}

const NOTHING: Reading = { scored: null, of: null, current: false, problem: null, offline: false };
/** Milliseconds without an edit after which a score is asked for. */
export const SCORE_WAIT = 60;
const FIRST_RETRY = 1000;
const LONGEST_RETRY = 10_000;

/**
 * The score of the passage as it is being written.
 *
 * Each edit ends the call before it; an answer that comes all the same, late, is dropped. Where the server
 * cannot be reached the last score stays, marked as old, and it is asked again more slowly each time.
 */
export class LiveScore {
  readonly reading = new Cell<Reading>(NOTHING);
  readonly #ask: AskScore;
  readonly #wait: number;
  #passage: Passage | null = null;
  #saliency = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #call: AbortController | null = null;
  #retry = FIRST_RETRY;
  #waiters: Waiter[] = [];

  constructor(ask: AskScore, wait: number = SCORE_WAIT) {
    this.#ask = ask;
    this.#wait = wait;
  }

  /** Score this passage soon. */
  follow(passage: Passage, saliency: boolean): void {
    const { scored, of } = this.reading.read();
    const known = of !== null && samePassage(of, passage) && (!saliency || hasSaliency(scored));
    this.#passage = passage;
    this.#saliency = saliency;
    if (known) this.#settle();
    else this.#later(this.#wait);
  }

  /** Score the passage again: another model is served, or the server is back. */
  again(): void {
    if (!this.#passage) return;
    this.#retry = FIRST_RETRY;
    this.#later(0);
  }

  /** The score of the passage as it stands, asked for at once where there is none yet. */
  current(): Promise<Scored> {
    const { scored, current } = this.reading.read();
    if (scored && current) return Promise.resolve(scored);
    if (!this.#passage) return Promise.reject(new Error("nothing is followed yet"));
    return new Promise((resolve, reject) => {
      this.#waiters.push({ resolve, reject });
      if (!this.#call) this.#later(0);
    });
  }

  /** Forget the passage and its score: another text is opened, or none. */
  clear(): void {
    clearTimeout(this.#timer);
    this.#call?.abort();
    this.#call = null;
    this.#passage = null;
    this.reading.write(NOTHING);
    this.#answer((waiter) => waiter.reject(new DOMException("another text is opened", "AbortError")));
  }

  #later(wait: number): void {
    this.#call?.abort();
    this.#call = null;
    clearTimeout(this.#timer);
    this.reading.write({ ...this.reading.read(), current: false });
    this.#timer = setTimeout(() => void this.#score(), wait);
  }

  async #score(): Promise<void> {
    const passage = this.#passage;
    if (!passage) return;
    const call = new AbortController();
    this.#call = call;
    try {
      const scored = await this.#ask(passage, this.#saliency, call.signal);
      if (this.#call === call) this.#take(scored, passage);
    } catch (error) {
      if (this.#call === call && !isAbort(error)) this.#fail(error);
    }
  }

  #take(scored: Scored, of: Passage): void {
    this.#call = null;
    this.#retry = FIRST_RETRY;
    this.reading.write({ scored, of, current: true, problem: null, offline: false });
    this.#answer((waiter) => waiter.resolve(scored));
  }

  /** The passage is again the one that was scored last (undone within the wait). */
  #settle(): void {
    clearTimeout(this.#timer);
    this.#call?.abort();
    this.#call = null;
    const reading = this.reading.read();
    if (!reading.current) this.reading.write({ ...reading, current: true, problem: null, offline: false });
    const { scored } = reading;
    if (scored) this.#answer((waiter) => waiter.resolve(scored));
  }

  #fail(error: unknown): void {
    this.#call = null;
    const offline = error instanceof Unreachable;
    this.reading.write({ ...this.reading.read(), problem: inWords(error), offline });
    this.#answer((waiter) => waiter.reject(error));
    if (!offline) return;
    this.#timer = setTimeout(() => void this.#score(), this.#retry);
    this.#retry = Math.min(2 * this.#retry, LONGEST_RETRY);
  }

  #answer(tell: (waiter: Waiter) => void): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    waiters.forEach(tell);
  }
}

function hasSaliency(scored: Scored | null): boolean {
  return scored !== null && scored.tokens.every((token) => token.saliency !== null);
}
