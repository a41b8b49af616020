import type { MySubmission, NewsShape } from "../api/schema";

export type State = MySubmission["state"];

interface StateWords {
  readonly name: string;
  readonly tone: "good" | "warn" | "accent" | "plain";
  /** What it means. */
  readonly says: string;
}

/** What may have become of a submission, in the order of the filter. */
export const STATES: Readonly<Record<State, StateWords>> = {
  accepted: { name: "Accepted", tone: "good", says: "This text is a failure of the model." },
  pending: { name: "Pending", tone: "accent", says: "Reviewers have not decided yet." },
  disputed: { name: "Disputed", tone: "accent", says: "An adjudicator has not decided yet." },
  rejected: { name: "Rejected", tone: "warn", says: "This text does not count as a failure." },
  withdrawn: { name: "Taken back", tone: "plain", says: "You took this text back." },
};

export const STATE_NAMES = Object.keys(STATES) as readonly State[];

/** How many there are of a state, or in all. */
export function howMany(news: NewsShape | undefined, state: State | null): number {
  const counts = news?.submitted ?? {};
  return state === null ? Object.values(counts).reduce((sum, each) => sum + each, 0) : (counts[state] ?? 0);
}
