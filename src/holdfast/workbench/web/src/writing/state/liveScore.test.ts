import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { ApiError, Unreachable } from "../../api/error";
import type { Scored } from "../../api/schema";
import { scoredOf } from "../../testing/scored";
import type { Passage } from "../text/passage";
import { LiveScore, SCORE_WAIT } from "./liveScore";

interface Asked {
  passage: Passage;
  signal: AbortSignal;
  answer: (scored: Scored) => void;
  fail: (error: unknown) => void;
}

function live() {
  const asked: Asked[] = [];
  const score = new LiveScore(
    (passage, _, signal) =>
      new Promise((answer, fail) => {
        asked.push({ passage, signal, answer, fail });
      }),
  );
  const at = (index: number): Asked => {
    const one = asked[index];
    if (!one) throw new Error(`nothing was asked ${index}`);
    return one;
  };
  return { asked, at, score };
}

const text = (completion: string): Passage => ({ prompt: "P.", completion });

describe("LiveScore", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("asks once for a burst of edits", async () => {
    const { asked, at, score } = live();
    for (const edit of ["a", "ab", "abc"]) score.follow(text(edit), false);
    await vi.advanceTimersByTimeAsync(SCORE_WAIT);
    expect(asked).toHaveLength(1);
    expect(at(0).passage.completion).toBe("abc");
  });

  it("drops an answer that comes after a newer edit, and ends its call", async () => {
    const { at, score } = live();
    score.follow(text("old"), false);
    await vi.advanceTimersByTimeAsync(SCORE_WAIT);
    score.follow(text("new"), false);
    expect(at(0).signal.aborted).toBe(true);
    await vi.advanceTimersByTimeAsync(SCORE_WAIT);
    at(1).answer(scoredOf(text("new"), { score: 0.2 }));
    await vi.advanceTimersByTimeAsync(0);
    at(0).answer(scoredOf(text("old"), { score: 0.9 }));
    await vi.advanceTimersByTimeAsync(0);
    expect(score.reading.read()).toMatchObject({ current: true, of: text("new"), scored: { score: 0.2 } });
  });

  it("keeps the last score, marked as old, until the next comes", async () => {
    const { at, score } = live();
    score.follow(text("one"), false);
    await vi.advanceTimersByTimeAsync(SCORE_WAIT);
    at(0).answer(scoredOf(text("one"), { score: 0.3 }));
    await vi.advanceTimersByTimeAsync(0);
    score.follow(text("two"), false);
    expect(score.reading.read()).toMatchObject({ current: false, of: text("one"), scored: { score: 0.3 } });
  });

  it("asks again by itself when the server cannot be reached, but not when it refuses", async () => {
    const { asked, at, score } = live();
    score.follow(text("one"), false);
    await vi.advanceTimersByTimeAsync(SCORE_WAIT);
    at(0).fail(new Unreachable(null));
    await vi.advanceTimersByTimeAsync(1500);
    expect(score.reading.read().offline).toBe(true);
    expect(asked).toHaveLength(2);
    at(1).fail(new ApiError(422, "too long", null));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked).toHaveLength(2);
    expect(score.reading.read()).toMatchObject({ offline: false, problem: "too long" });
  });

  it("scores anew, without an edit, when asked to: another model is served", async () => {
    const { at, score } = live();
    score.follow(text("one"), false);
    await vi.advanceTimersByTimeAsync(SCORE_WAIT);
    at(0).answer(scoredOf(text("one"), { score: 0.3 }));
    await vi.advanceTimersByTimeAsync(0);
    score.again();
    await vi.advanceTimersByTimeAsync(0);
    at(1).answer(scoredOf(text("one"), { score: 0.8, model_round: 1 }));
    await vi.advanceTimersByTimeAsync(0);
    expect(score.reading.read().scored).toMatchObject({ score: 0.8, model_round: 1 });
  });

  it("gives whoever needs the current score the newest passage's", async () => {
    const { at, score } = live();
    score.follow(text("one"), false);
    const wanted = score.current();
    await vi.advanceTimersByTimeAsync(0);
    score.follow(text("two"), false);
    await vi.advanceTimersByTimeAsync(SCORE_WAIT);
    at(1).answer(scoredOf(text("two"), { score: 0.5 }));
    await expect(wanted).resolves.toMatchObject({ score: 0.5 });
  });
});
