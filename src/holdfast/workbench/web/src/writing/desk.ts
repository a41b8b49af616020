import { ApiError, inWords } from "../api/error";
import { newKey } from "../api/newKey";
import type { DraftShape, ProjectShape, Scored, SubmissionShape, Tools } from "../api/schema";
import type { NoticeKind } from "../shell/notices";
import * as calls from "./calls";
import { DraftKeeper } from "./drafts/draftKeeper";
import { leftBehind } from "./drafts/mirror";
import { EditLog } from "./log/editLog";
import { type Detail, LogQueue } from "./log/logQueue";
import { ActiveClock } from "./state/activeClock";
import { Cell } from "./state/cell";
import { LiveScore } from "./state/liveScore";
import { Manuscript, type Place, type Source } from "./state/manuscript";
import { preferencesOn } from "./state/preferences";
import { Revisions } from "./state/revisions";
import type { Shelf } from "./state/shelf";
import { forgetSubmission, rememberSubmission, unansweredSubmission } from "./submit/pendingSubmission";
import { scoreText, sentence } from "./text/figures";
import { EMPTY, isBlank, type Origin, type Passage, passageOf, samePassage } from "./text/passage";
import { Search } from "./tools/search";

/** Seconds of writing after which the clock is kept again: a tab that dies loses no more of its time. */
const CLOCK_KEPT_EVERY = 10;

type Tell = (text: string, kind?: NoticeKind) => void;

/** Whether the page still looks for drafts, has one open, or asks where to start. */
export type Stage = "arriving" | "choosing" | "writing";

/**
 * One writer's desk: the manuscript, and all that follows it.
 *
 * It outlives the page of the editor, so that whoever looks at another page finds text, history and a running
 * search as they left them.
 */
export class Desk {
  readonly manuscript = new Manuscript();
  readonly revisions = new Revisions();
  readonly live = new LiveScore((passage, saliency, signal) =>
    calls.score(passage, this.seed, saliency, signal),
  );
  readonly search = new Search(calls.searches);
  readonly clock: ActiveClock;
  readonly log: LogQueue;
  readonly preferences: ReturnType<typeof preferencesOn>;
  readonly stage = new Cell<Stage>("arriving");
  readonly draft = new Cell<DraftKeeper | null>(null);
  readonly tools: Cell<Tools>;
  readonly shelf: Shelf;
  #tell: Tell = () => undefined;
  readonly #edits: EditLog;
  /** Drafts that are not shown but hold text that the server does not have. */
  readonly #others = new Set<DraftKeeper>();
  #arrival: Promise<void> | null = null;

  constructor(project: ProjectShape, tools: Tools, shelf: Shelf) {
    this.shelf = shelf;
    this.tools = new Cell(tools);
    this.clock = new ActiveClock(project.idle_seconds);
    this.log = new LogQueue(calls.sendLog, shelf);
    this.preferences = preferencesOn(shelf);
    this.#edits = new EditLog((detail) => this.record("edit", detail), EMPTY);
    this.manuscript.page.watch(this.#turned);
    this.live.reading.watch(this.#read);
    this.search.state.watch(this.#searched);
    this.preferences.watch(this.#follow);
    this.tools.watch(this.#follow);
    this.clock.whenPaused(() => this.#paused());
    this.clock.face.watch(this.#ticked);
  }

  /** The text that the draft on the desk grew from; null where it grew from none. */
  get seed(): Passage | null {
    const seed = this.draft.read()?.seed;
    return seed && !isBlank(seed) ? seed : null;
  }

  /** Whether words are to be shaded. */
  get shading(): boolean {
    return this.tools.read().saliency && this.preferences.read().saliency;
  }

  /**
   * Find what was left behind, and open the draft that was worked on last. Once, however often it is called;
   * `tell` is from then on what tells the writer something in passing.
   */
  arrive(tell: Tell): Promise<void> {
    this.#tell = tell;
    this.#arrival ??= this.#arrive().catch((error: unknown) => {
      this.#arrival = null;
      throw error;
    });
    return this.#arrival;
  }

  /** Note something in the log; what a writer does also keeps the clock running. */
  record(kind: string, detail: Detail = {}): void {
    this.log.add(kind, detail, this.draft.read()?.id ?? null);
  }

  /** A tool was used. */
  use(kind: string, detail: Detail = {}): void {
    this.clock.touch();
    this.record(kind, detail);
  }

  /** Change the whole text as one step of undo. */
  apply(passage: Passage, source: Source, place: Place | null = null): void {
    const before = this.manuscript.page.read().place;
    this.manuscript.write(passageOf(passage), source, place, before);
  }

  /** Put the result of the search in the place of the text, as one step of undo. */
  takeResult(): void {
    const state = this.search.state.read();
    if (state.kind !== "ended" || !state.end.best) return;
    const { quest } = state;
    const { best } = state.end;
    this.use("search_taken", { kind: quest.kind, attack: quest.attack, score: best.score });
    this.search.clear();
    this.apply(best, quest.kind === "attack" ? "attack" : "improvement");
  }

  /** Leave the text as it is, whatever the search has found. */
  leaveResult(): void {
    this.record("search_left");
    this.search.clear();
  }

  /** Begin a new draft; it is a rewrite of what it starts from, unless that is one of another text already. */
  begin(origin: Origin, start: Passage, seed: Passage = start): void {
    const keeper = DraftKeeper.begun(calls.drafts, this.shelf, origin, passageOf(start), passageOf(seed));
    keeper.onCreated = (id) => this.log.add("started", { origin }, id);
    this.#show(keeper);
    this.clock.touch();
  }

  /** Go on with a draft. */
  open(draft: DraftShape): void {
    if (this.draft.read()?.id === draft.id) return;
    const held = [...this.#others].find((keeper) => keeper.id === draft.id && keeper.unsaved);
    this.#show(held ?? DraftKeeper.opened(calls.drafts, this.shelf, draft));
    this.record("opened", { origin: draft.origin });
  }

  /** Keep the text of a draft that is gone, or that collided, as a draft of its own. */
  keepAsNew(): void {
    const passage = this.manuscript.passage;
    const seed = this.draft.read()?.seed ?? passage;
    this.draft.read()?.forget();
    this.draft.write(null);
    this.begin("draft", passage, seed);
  }

  /** Settle a conflict by the other text; undo brings this one back. */
  takeTheirs(): void {
    const theirs = this.draft.read()?.takeTheirs();
    if (theirs) this.apply(theirs, "other_copy");
  }

  /** The draft on the desk was thrown away or submitted. */
  putAway(): void {
    this.#edits.flush();
    this.draft.read()?.forget();
    this.draft.write(null);
    this.search.clear();
    this.live.clear();
    this.revisions.clear();
    this.clock.reset(0);
    this.manuscript.open(EMPTY);
    this.stage.write("choosing");
  }

  /** Submit the text as it stands; rejects if the server could not be asked. */
  async submit(rating: number): Promise<SubmissionShape> {
    this.use("submitted", { rating });
    this.#edits.flush();
    const keeper = this.draft.read();
    const passage = this.manuscript.passage;
    await keeper?.flush();
    if (!keeper || keeper.id === null) {
      throw new Error(
        "The server does not have this draft yet. It is kept here; submit it when the server is back.",
      );
    }
    const request = { ...passage, rating, active_seconds: this.clock.seconds, key: newKey() };
    rememberSubmission(this.shelf, { draft: keeper.id, request });
    return this.#send(keeper.id, request);
  }

  /** The server may be back: send everything that waits. */
  readonly retry = (): void => {
    this.draft.read()?.retry();
    for (const keeper of this.#others) keeper.retry();
    this.log.retry();
    if (this.live.reading.read().offline) this.live.again();
  };

  /** The page may be closed at any moment: send what it can. */
  readonly leave = (): void => {
    this.#edits.flush();
    this.#keepTime();
    this.draft.read()?.leave();
    for (const keeper of this.#others) keeper.leave();
    this.log.leave();
  };

  /** Whether anything is not with the server. */
  get unsaved(): boolean {
    return (this.draft.read()?.unsaved ?? false) || [...this.#others].some((keeper) => keeper.unsaved);
  }

  async #arrive(): Promise<void> {
    const [first, ...rest] = leftBehind(this.shelf).map(({ draft, mirror }) =>
      DraftKeeper.recovered(calls.drafts, mirror, draft),
    );
    rest.forEach((keeper) => this.#setAside(keeper));
    void this.#answerSubmission();
    if (first) {
      this.#show(first);
      return;
    }
    const [newest] = await calls.openDrafts();
    if (this.stage.read() !== "arriving") return;
    if (newest) this.open(newest);
    else this.stage.write("choosing");
  }

  /** A submission whose answer never came is sent again; its key makes it count once. */
  async #answerSubmission(): Promise<void> {
    const pending = unansweredSubmission(this.shelf);
    if (!pending) return;
    try {
      const answer = await this.#send(pending.draft, pending.request);
      this.#tell(`Your earlier submission was answered: ${answer.status}.`);
      if (answer.status !== "rejected" && this.draft.read()?.id === pending.draft) this.putAway();
    } catch (error) {
      this.#tell(`Your earlier submission is not answered yet: ${inWords(error)}`, "problem");
    }
  }

  async #send(draft: number, request: Parameters<typeof calls.submit>[1]): Promise<SubmissionShape> {
    try {
      const answer = await calls.submit(draft, request);
      forgetSubmission(this.shelf);
      return answer;
    } catch (error) {
      if (error instanceof ApiError && error.status < 500) forgetSubmission(this.shelf);
      throw error;
    }
  }

  #show(keeper: DraftKeeper): void {
    this.#edits.flush();
    const before = this.draft.read();
    this.#keepTime();
    if (before) this.#setAside(before);
    this.#others.delete(keeper);
    this.draft.write(keeper);
    keeper.onTime = (seconds) => {
      if (this.draft.read() === keeper) this.clock.atLeast(seconds);
    };
    this.search.clear();
    this.live.clear();
    this.revisions.clear();
    this.clock.reset(keeper.activeSeconds);
    this.manuscript.open(keeper.passage);
    this.stage.write("writing");
  }

  /** Let a draft that is not shown any more finish saving. */
  #setAside(keeper: DraftKeeper): void {
    this.#others.add(keeper);
    void keeper.flush();
    const look = () => {
      if (!this.#others.has(keeper)) unwatch();
      else if (keeper.sync.read().kind === "saved") this.#others.delete(keeper);
      else if (["conflict", "gone"].includes(keeper.sync.read().kind)) this.#keepCopy(keeper);
    };
    const unwatch = keeper.sync.watch(look);
    look();
  }

  /** A draft that is not shown collided with another text: both are kept. */
  #keepCopy(keeper: DraftKeeper): void {
    this.#others.delete(keeper);
    this.#setAside(DraftKeeper.begun(calls.drafts, this.shelf, "draft", keeper.passage));
    keeper.forget();
    this.#tell("A draft was also changed elsewhere. This browser’s text of it is now a separate draft.");
  }

  readonly #turned = (): void => {
    const { passage, source } = this.manuscript.page.read();
    if (source === "opened") this.#edits.open(passage);
    else {
      this.clock.touch();
      this.#edits.note(passage, source);
      this.draft.read()?.change(passage, this.clock.seconds);
    }
    this.#follow();
  };

  readonly #follow = (): void => {
    if (this.draft.read()) this.live.follow(this.manuscript.passage, this.shading);
  };

  readonly #read = (): void => {
    const { scored, of, current } = this.live.reading.read();
    if (scored && of && current && samePassage(of, this.manuscript.passage)) this.revisions.add(of, scored);
  };

  /** One step is asked for as an edit is, so its result is one; undo takes it back. */
  readonly #searched = (): void => {
    const state = this.search.state.read();
    if (state.kind !== "ended" || state.quest.kind !== "step") return;
    const { best, message } = state.end;
    if (!best || !samePassage(state.start, this.manuscript.passage)) return;
    this.takeResult();
    this.#tell(`${sentence(message)} The score is ${scoreText(best.score)} now.`);
  };

  #paused(): void {
    this.record("paused", { seconds: this.clock.seconds });
    this.#keepTime();
  }

  readonly #ticked = (): void => {
    const { seconds, running } = this.clock.face.read();
    const kept = this.draft.read()?.activeSeconds;
    if (running && kept !== undefined && seconds - kept >= CLOCK_KEPT_EVERY) this.#keepTime();
  };

  /** Keep how long the draft has taken, here and with the server. */
  #keepTime(): void {
    this.draft.read()?.change(this.manuscript.passage, this.clock.seconds);
  }

  /** The score of the text as it stands. */
  scored(): Promise<Scored> {
    return this.live.current();
  }
}
