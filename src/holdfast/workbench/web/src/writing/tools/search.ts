import { ApiError, inWords } from "../../api/error";
import { listen } from "../../api/events";
import type { SearchEnd, SearchRequest, SearchStep } from "../../api/schema";
import { Cell } from "../state/cell";
import { type Passage, passageOf } from "../text/passage";

/** What is searched for, without the text. */
export type Quest = Omit<SearchRequest, "prompt" | "completion">;

/** A search as the writer watches it. */
export type SearchState =
  | { readonly kind: "idle" }
  | {
      readonly kind: "running";
      readonly quest: Quest;
      readonly start: Passage;
      readonly steps: readonly SearchStep[];
      /** Whether the writer has asked it to stop. */
      readonly stopping: boolean;
    }
  | {
      readonly kind: "ended";
      readonly quest: Quest;
      readonly start: Passage;
      readonly steps: readonly SearchStep[];
      readonly end: SearchEnd;
    };

/** What a search asks of the server. */
export interface SearchCalls {
  start(request: SearchRequest): Promise<{ readonly id: string }>;
  stop(id: string): Promise<unknown>;
}

interface SearchEvents {
  step: SearchStep;
  end: SearchEnd;
}

const MOST_LOSSES = 4;
const MOST_STEPS = 2000;

/** One search at a time: started, watched as it goes, stopped, and its result held until it is taken or left. */
export class Search {
  readonly state = new Cell<SearchState>({ kind: "idle" });
  readonly #calls: SearchCalls;
  #id: string | null = null;
  #unlisten: () => void = () => undefined;
  #turn = 0;

  constructor(calls: SearchCalls) {
    this.#calls = calls;
  }

  /** Begin; resolves when the server has taken it up, or could not. */
  async start(quest: Quest, passage: Passage): Promise<void> {
    if (this.state.read().kind === "running") return;
    const start = passageOf(passage);
    this.#turn += 1;
    const turn = this.#turn;
    this.state.write({ kind: "running", quest, start, steps: [], stopping: false });
    try {
      const { id } = await this.#calls.start({ ...quest, ...start });
      if (turn !== this.#turn) return;
      this.#id = id;
      this.#listen(id);
      const state = this.state.read();
      if (state.kind === "running" && state.stopping) await this.#calls.stop(id);
    } catch (error) {
      if (turn === this.#turn) this.#fail(inWords(error));
    }
  }

  /** Ask it to stop; its best text so far comes with its end. */
  readonly stop = (): void => {
    const state = this.state.read();
    if (state.kind !== "running" || state.stopping) return;
    this.state.write({ ...state, stopping: true });
    if (this.#id === null) return;
    // A search that is over already is not found; its end is on the way.
    this.#calls.stop(this.#id).catch((error: unknown) => {
      if (!(error instanceof ApiError && error.status === 404)) this.#fail(inWords(error));
    });
  };

  /** Its result was taken or left. */
  readonly clear = (): void => {
    if (this.state.read().kind === "running") this.stop();
    this.#turn += 1;
    this.#close();
    this.state.write({ kind: "idle" });
  };

  #listen(id: string): void {
    let losses = 0;
    this.#unlisten = listen<SearchEvents>(
      `/api/searches/${encodeURIComponent(id)}/events`,
      {
        step: (step) => {
          this.#step(step);
        },
        end: (end) => {
          this.#end(end);
        },
      },
      {
        onOpen: () => {
          losses = 0;
        },
        onLost: () => {
          losses += 1;
          if (losses >= MOST_LOSSES) this.#fail("The connection to the search was lost.");
        },
      },
    );
  }

  #step(step: SearchStep): void {
    const state = this.state.read();
    if (state.kind !== "running") return;
    this.state.write({ ...state, steps: [...state.steps.slice(-MOST_STEPS + 1), step] });
  }

  #end(end: SearchEnd): void {
    const state = this.state.read();
    this.#close();
    if (state.kind !== "running") return;
    const { quest, start, steps } = state;
    this.state.write({ kind: "ended", quest, start, steps, end });
  }

  /** What was found before it broke off is not lost. */
  #fail(message: string): void {
    const state = this.state.read();
    if (state.kind !== "running") return;
    const best = state.steps.at(-1) ?? null;
    this.#end({ reason: "error", message, best, queries: best?.queries ?? 0, seconds: 0 });
  }

  #close(): void {
    this.#unlisten();
    this.#unlisten = () => undefined;
    this.#id = null;
  }
}
