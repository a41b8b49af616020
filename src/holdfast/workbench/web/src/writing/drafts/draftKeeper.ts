import { ApiError, inWords, isAbort } from "../../api/error";
import { newKey } from "../../api/newKey";
import type { DraftShape } from "../../api/schema";
import { Cell } from "../state/cell";
import type { Shelf } from "../state/shelf";
import { type Origin, type Passage, passageOf, samePassage } from "../text/passage";
import type { DraftCalls } from "./draftCalls";
import { Mirror, type Mirrored } from "./mirror";
import { isStuck, type Sync } from "./sync";

/** Milliseconds without an edit after which a draft is saved. */
export const SAVE_WAIT = 400;
const FIRST_RETRY = 1000;
const LONGEST_RETRY = 30_000;

/** What the server has said that it has. */
interface Acknowledged {
  readonly passage: Passage;
  readonly activeSeconds: number;
}

/**
 * Keeps one draft: here at once, with the server soon after.
 *
 * Each change is mirrored in this browser before anything else happens, and the mirror is forgotten only when
 * the server has answered that it has the same text. A text that was changed elsewhere too is a conflict, which
 * the writer settles; nothing is overwritten before.
 */
export class DraftKeeper {
  readonly sync = new Cell<Sync>({ kind: "saved" });
  /** Called with the server's number once it has created the draft. */
  onCreated: (id: number) => void = () => undefined;
  /** Called with the active seconds that the server has, where they are more than those said here. */
  onTime: (seconds: number) => void = () => undefined;
  readonly #calls: DraftCalls;
  readonly #mirror: Mirror;
  #wanted: Mirrored;
  /** Null until the server has created the draft. */
  #acknowledged: Acknowledged | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #saving: Promise<void> | null = null;
  #retry = FIRST_RETRY;
  #closed = false;

  private constructor(calls: DraftCalls, mirror: Mirror, wanted: Mirrored) {
    this.#calls = calls;
    this.#mirror = mirror;
    this.#wanted = wanted;
  }

  /** A new draft; the server need not be reached for it to begin. */
  static begun(
    calls: DraftCalls,
    shelf: Shelf,
    origin: Origin,
    start: Passage,
    seed: Passage = start,
  ): DraftKeeper {
    const key = newKey();
    const draft = {
      key,
      id: null,
      origin,
      start,
      seed,
      passage: start,
      base: null,
      revision: 0,
      activeSeconds: 0,
    };
    const keeper = new DraftKeeper(calls, new Mirror(shelf), { ...draft, at: Date.now() });
    keeper.#keep(0);
    return keeper;
  }

  /** A draft that the server has. */
  static opened(calls: DraftCalls, shelf: Shelf, draft: DraftShape): DraftKeeper {
    const passage = passageOf(draft);
    const { id, origin, revision, active_seconds: activeSeconds } = draft;
    const texts = { start: passage, seed: passageOf(draft.seed), passage, base: passage };
    const wanted = { key: `draft-${id}`, id, origin, ...texts, revision, activeSeconds, at: Date.now() };
    const keeper = new DraftKeeper(calls, new Mirror(shelf), wanted);
    keeper.#acknowledged = { passage, activeSeconds };
    return keeper;
  }

  /** A draft that was left behind in this browser; it is brought to the server. */
  static recovered(calls: DraftCalls, mirror: Mirror, draft: Mirrored): DraftKeeper {
    const keeper = new DraftKeeper(calls, mirror, draft);
    if (draft.id !== null) keeper.#acknowledged = { passage: draft.base ?? draft.start, activeSeconds: -1 };
    keeper.#keep(0);
    return keeper;
  }

  get id(): number | null {
    return this.#wanted.id;
  }

  get passage(): Passage {
    return this.#wanted.passage;
  }

  /** The text that it is a rewrite of. */
  get seed(): Passage {
    return this.#wanted.seed;
  }

  get origin(): Origin {
    return this.#wanted.origin;
  }

  get activeSeconds(): number {
    return this.#wanted.activeSeconds;
  }

  /** Whether there is text that the server does not have. */
  get unsaved(): boolean {
    return this.#acknowledged === null || !samePassage(this.#acknowledged.passage, this.#wanted.passage);
  }

  /** The draft reads so now. */
  change(passage: Passage, activeSeconds: number): void {
    if (this.#closed) return;
    this.#wanted = { ...this.#wanted, passage, activeSeconds };
    this.#keep(SAVE_WAIT);
  }

  /** Save what is not saved, at once; resolves when that has been tried. */
  async flush(): Promise<void> {
    while (!this.#closed && this.#differs() && !isStuck(this.sync.read())) {
      clearTimeout(this.#timer);
      await this.#save();
      if (this.sync.read().kind === "offline") return;
    }
  }

  /** The server may be back: try at once. */
  retry(): void {
    if (this.sync.read().kind !== "offline") return;
    this.#retry = FIRST_RETRY;
    this.#schedule(0);
  }

  /** The page is being left: send what is not saved by a call that outlives it. */
  leave(): void {
    const { id, passage, revision, activeSeconds } = this.#wanted;
    if (this.#closed || id === null || this.#saving || !this.#differs() || isStuck(this.sync.read())) return;
    const change = { ...passage, revision, active_seconds: activeSeconds };
    void this.#calls.change(id, change, true).catch(() => undefined);
  }

  /** Settle a conflict: write this text over the other one. */
  keepMine(): void {
    const state = this.sync.read();
    if (state.kind === "conflict") this.#rebase(state.theirs);
    this.#schedule(0);
  }

  /** Settle a conflict: take the other text; returns it. */
  takeTheirs(): Passage | null {
    const state = this.sync.read();
    if (state.kind !== "conflict") return null;
    const { revision, active_seconds: activeSeconds } = state.theirs;
    const passage = passageOf(state.theirs);
    this.#wanted = { ...this.#wanted, passage, revision, activeSeconds };
    this.#acknowledged = { passage, activeSeconds };
    this.#settle();
    return passage;
  }

  /** The draft was submitted or thrown away: nothing of it is to be saved any more. */
  forget(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#mirror.forget();
  }

  /** Stop saving; what is not saved stays mirrored. */
  close(): void {
    this.leave();
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  #keep(wait: number): void {
    const { kind } = this.sync.read();
    if (this.#differs()) this.#mirror.keep({ ...this.#wanted, at: Date.now() });
    else if (kind !== "conflict" && kind !== "gone" && !this.#saving) this.#settle();
    if (!this.#differs() || kind === "conflict" || kind === "gone") return;
    if (kind === "offline") return;
    if (this.#saving) return;
    // Time alone is saved in passing; there is nothing in it that the writer waits for.
    if (this.unsaved) this.sync.write({ kind: "unsaved" });
    this.#schedule(wait);
  }

  #schedule(wait: number): void {
    clearTimeout(this.#timer);
    if (!this.#closed) this.#timer = setTimeout(() => void this.#save(), wait);
  }

  #save(): Promise<void> {
    this.#saving ??= this.#attempt().finally(() => {
      this.#saving = null;
      if (this.sync.read().kind === "unsaved") this.#schedule(SAVE_WAIT);
    });
    return this.#saving;
  }

  async #attempt(): Promise<void> {
    if (this.sync.read().kind !== "offline" && this.unsaved) this.sync.write({ kind: "saving" });
    try {
      if (this.#acknowledged !== null || (await this.#create())) await this.#change();
    } catch (error) {
      if (!isAbort(error)) await this.#failed(error);
    }
  }

  /** Whether the draft may now be changed: a repeated request may find that it was changed elsewhere. */
  async #create(): Promise<boolean> {
    const { key, origin, start, seed } = this.#wanted;
    const theirs = await this.#calls.create({ ...start, origin, seed, key });
    this.#wanted = { ...this.#wanted, id: theirs.id };
    this.#acknowledged = { passage: start, activeSeconds: 0 };
    this.#compare(theirs);
    this.#mirror.keep(this.#wanted);
    this.onCreated(theirs.id);
    return this.sync.read().kind !== "conflict";
  }

  async #change(): Promise<void> {
    const { id, passage, revision, activeSeconds } = this.#wanted;
    if (id !== null && this.#differs()) {
      const change = { ...passage, revision, active_seconds: activeSeconds };
      const answer = await this.#calls.change(id, change, false);
      this.#acknowledge(answer.revision, passage, activeSeconds);
      if (answer.active_seconds > this.#wanted.activeSeconds) this.onTime(answer.active_seconds);
    }
    this.#retry = FIRST_RETRY;
    if (this.#differs()) this.sync.write({ kind: "unsaved" });
    else this.#settle();
  }

  async #failed(error: unknown): Promise<void> {
    const status = error instanceof ApiError ? error.status : 503;
    if (status === 409) await this.#collided();
    else if (status === 404 || status === 410) this.sync.write({ kind: "gone" });
    else if (status >= 500 || status === 429) this.#waitForServer();
    else this.sync.write({ kind: "refused", reason: inWords(error) });
  }

  #waitForServer(): void {
    this.sync.write({ kind: "offline" });
    this.#schedule(this.#retry);
    this.#retry = Math.min(2 * this.#retry, LONGEST_RETRY);
  }

  async #collided(): Promise<void> {
    if (this.#wanted.id === null) return;
    try {
      this.#compare(await this.#calls.read(this.#wanted.id));
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) this.sync.write({ kind: "gone" });
      else this.#waitForServer();
    }
  }

  /** The server has another revision: a conflict, unless its text is ours or the one that we changed. */
  #compare(theirs: DraftShape): void {
    const ours = [this.#wanted.passage, this.#acknowledged?.passage];
    if (theirs.state !== "open") this.sync.write({ kind: "gone" });
    else if (ours.some((passage) => passage && samePassage(passage, theirs))) this.#rebase(theirs);
    else this.sync.write({ kind: "conflict", theirs });
  }

  #rebase(theirs: DraftShape): void {
    this.#acknowledge(theirs.revision, passageOf(theirs), theirs.active_seconds);
    if (this.#differs()) this.sync.write({ kind: "unsaved" });
    else this.#settle();
  }

  #acknowledge(revision: number, passage: Passage, activeSeconds: number): void {
    this.#acknowledged = { passage, activeSeconds };
    this.#wanted = { ...this.#wanted, revision, base: passage };
  }

  #settle(): void {
    clearTimeout(this.#timer);
    this.#mirror.forget();
    this.sync.write({ kind: "saved" });
  }

  #differs(): boolean {
    return this.unsaved || this.#acknowledged?.activeSeconds !== this.#wanted.activeSeconds;
  }
}
