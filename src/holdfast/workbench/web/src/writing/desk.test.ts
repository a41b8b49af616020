import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import type { DraftChange, DraftShape } from "../api/schema";
import { answers, Refused } from "../testing/answers";
import { scoredOf } from "../testing/scored";
import { PROJECT } from "../testing/session";
import { Desk } from "./desk";
import { browserShelf } from "./state/shelf";
import type { Passage } from "./text/passage";

const TEXT: Passage = { prompt: "The dog sat.", completion: "It bit Tom." };
const TOOLS = { saliency: false, suggestions: false, phrase_fill: false };
const TIMES = { created: "2026-01-01T00:00:00Z", updated: "2026-01-01T00:00:00Z", condition: "all" };

let kept: DraftShape;
let lost: boolean;

/** The desk of a page that has just been opened, in the same browser as the one before. */
async function opened(): Promise<Desk> {
  const desk = new Desk(PROJECT, TOOLS, browserShelf("desk"));
  await desk.arrive(() => undefined);
  return desk;
}

describe("the clock of a draft", () => {
  beforeEach(() => {
    vi.useFakeTimers();
    lost = false;
    kept = {
      ...TEXT,
      ...TIMES,
      seed: TEXT,
      id: 7,
      origin: "blank",
      revision: 0,
      active_seconds: 60,
      state: "open",
    };
    answers({
      "GET /api/drafts": () => [kept],
      "PUT /api/drafts/7": ({ body }) => {
        if (lost) throw new TypeError("Failed to fetch");
        const { revision, active_seconds, ...text } = body as DraftChange;
        if (revision !== kept.revision) return new Refused(409);
        // The server believes no less than it has.
        const more = Math.max(active_seconds, kept.active_seconds);
        kept = { ...kept, ...text, active_seconds: more, revision: revision + 1 };
        return kept;
      },
      "POST /api/score": ({ body }) => scoredOf(body as Passage),
      "POST /api/log": () => ({ kept: 0 }),
    });
  });
  afterEach(() => vi.useRealTimers());

  it("is kept by the server when the page is left, so that it goes on after a reload", async () => {
    const desk = await opened();
    desk.clock.touch();
    await vi.advanceTimersByTimeAsync(7000);
    desk.leave();
    await vi.advanceTimersByTimeAsync(0);
    expect(kept.active_seconds).toBeCloseTo(67, 1);
    expect((await opened()).clock.seconds).toBeCloseTo(67, 1);
  });

  it("is kept while one works, so that a tab that dies loses seconds alone", async () => {
    const desk = await opened();
    desk.clock.touch();
    const stood = new Set<string | undefined>();
    desk.draft.read()?.sync.watch(() => stood.add(desk.draft.read()?.sync.read().kind));
    await vi.advanceTimersByTimeAsync(25_000);
    expect(kept.active_seconds).toBeGreaterThanOrEqual(80);
    expect([...stood]).not.toContain("unsaved");
    expect((await opened()).clock.seconds).toBeGreaterThanOrEqual(80);
  });

  it("is kept in the browser while the server is away, and brought to it later", async () => {
    const desk = await opened();
    lost = true;
    desk.clock.touch();
    await vi.advanceTimersByTimeAsync(12_000);
    desk.leave();
    lost = false;
    const again = await opened();
    expect(again.clock.seconds).toBeCloseTo(72, 1);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(kept.active_seconds).toBeCloseTo(72, 1);
  });

  it("stands still while nothing is done, however often the page is opened", async () => {
    const desk = await opened();
    await vi.advanceTimersByTimeAsync(120_000);
    desk.leave();
    expect((await opened()).clock.seconds).toBe(60);
  });

  it("goes on from the server's time where another browser has written longer", async () => {
    const desk = await opened();
    kept = { ...kept, active_seconds: 300 };
    desk.clock.touch();
    await vi.advanceTimersByTimeAsync(15_000);
    expect(desk.clock.seconds).toBeGreaterThanOrEqual(300);
  });
});
