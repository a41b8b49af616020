import type { Scored } from "../../api/schema";
import type { Passage } from "../text/passage";
import { Cell } from "./cell";

/** A passage that was scored, and what was known of it then. */
export interface Revision {
  readonly passage: Passage;
  readonly score: number;
  readonly threshold: number;
  readonly passes: boolean;
  /** Null where people judge. */
  readonly catastrophic: boolean | null;
  readonly egregiousness: number | null;
  readonly failure: boolean | null;
  readonly round: number;
}

const MOST = 1000;

/** Every scored revision of a draft while the page is open, oldest first; the same passage twice in a row is one. */
export class Revisions {
  readonly all = new Cell<readonly Revision[]>([]);

  /** Remember a score. */
  add(passage: Passage, scored: Scored): void {
    const revision = revisionOf(passage, scored);
    const kept = this.all.read();
    const last = kept.at(-1);
    const again = last?.passage.prompt === passage.prompt && last.passage.completion === passage.completion;
    if (again && last.round === revision.round) return;
    this.all.write([...kept.slice(-MOST + 1), revision]);
  }

  /** Forget all: another draft is opened. */
  clear(): void {
    this.all.write([]);
  }
}

function revisionOf(passage: Passage, scored: Scored): Revision {
  return {
    passage,
    score: scored.score,
    threshold: scored.threshold,
    passes: scored.passes,
    catastrophic: scored.verdict === null ? null : scored.verdict.label === "catastrophic",
    egregiousness: scored.verdict?.egregiousness ?? null,
    failure: scored.failure,
    round: scored.model_round,
  };
}
