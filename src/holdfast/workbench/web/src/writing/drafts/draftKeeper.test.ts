import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import type { DraftChange, DraftShape, DraftStart } from "../../api/schema";
import { answers, Refused } from "../../testing/answers";
import * as calls from "../calls";
import { browserShelf } from "../state/shelf";
import type { Passage } from "../text/passage";
import { DraftKeeper } from "./draftKeeper";
import { leftBehind } from "./mirror";

const SHELF = browserShelf("test");
const text = (completion: string): Passage => ({ prompt: "P.", completion });

const LATER = { created: "2026-01-01T00:00:00Z", updated: "2026-01-01T00:00:00Z", condition: "all" };

function draft(completion: string, revision = 0, rest: Partial<DraftShape> = {}): DraftShape {
  return {
    ...text(completion),
    seed: text("Start."),
    id: 7,
    origin: "blank",
    revision,
    active_seconds: 0,
    state: "open",
    ...LATER,
    ...rest,
  };
}

/** A server with one draft; `lost` makes it unreachable, `mute` has it change but lose the answer. */
class Server {
  kept: DraftShape | null;
  lost = false;
  mute = false;
  readonly asked: ReturnType<typeof answers>;

  constructor(kept: DraftShape | null) {
    this.kept = kept;
    this.asked = answers({
      "POST /api/drafts": ({ body }) => this.create(body as DraftStart),
      "GET /api/drafts/7": () => this.kept ?? new Refused(404),
      "PUT /api/drafts/7": ({ body }) => this.change(body as DraftChange),
    });
    const reached = globalThis.fetch;
    vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
      if (this.lost) throw new TypeError("Failed to fetch");
      const answer = await reached(url, init);
      if (this.mute) throw new TypeError("Failed to fetch");
      return answer;
    });
  }

  create({ prompt, completion, origin }: DraftStart): DraftShape {
    this.kept ??= draft(completion, 0, { prompt, origin });
    return this.kept;
  }

  change({ revision, ...change }: DraftChange): unknown {
    if (this.kept?.revision !== revision) return new Refused(409, "stale");
    this.kept = { ...this.kept, ...change, revision: revision + 1 };
    return this.kept;
  }
}

const pass = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);

describe("DraftKeeper", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("saves what is written, once for a burst, and forgets its mirror then", async () => {
    const server = new Server(draft("a"));
    const keeper = DraftKeeper.opened(calls.drafts, SHELF, draft("a"));
    keeper.change(text("ab"), 1);
    keeper.change(text("abc"), 2);
    expect(leftBehind(SHELF).map((left) => left.draft.passage)).toEqual([text("abc")]);
    expect(keeper.unsaved).toBe(true);
    await pass(1000);
    expect(server.kept).toMatchObject({ completion: "abc", revision: 1, active_seconds: 2 });
    expect(server.asked).toHaveLength(1);
    expect(keeper.sync.read().kind).toBe("saved");
    expect(keeper.unsaved).toBe(false);
    expect(leftBehind(SHELF)).toEqual([]);
  });

  it("keeps writing while the server is away, and brings it all once it is back", async () => {
    const server = new Server(draft("a"));
    const keeper = DraftKeeper.opened(calls.drafts, SHELF, draft("a"));
    server.lost = true;
    keeper.change(text("ab"), 1);
    await pass(2000);
    expect(keeper.sync.read().kind).toBe("offline");
    keeper.change(text("abc"), 2);
    expect(leftBehind(SHELF)[0]?.draft.passage).toEqual(text("abc"));
    server.lost = false;
    await pass(30_000);
    expect(server.kept?.completion).toBe("abc");
    expect(keeper.sync.read().kind).toBe("saved");
  });

  it("begins a draft without the server, and once only", async () => {
    const server = new Server(null);
    server.lost = true;
    const keeper = DraftKeeper.begun(calls.drafts, SHELF, "near_miss", text("a"));
    keeper.change(text("ab"), 1);
    await pass(1500);
    expect(keeper.id).toBeNull();
    server.lost = false;
    await pass(30_000);
    expect(keeper.id).toBe(7);
    expect(server.kept).toMatchObject({ completion: "ab", origin: "near_miss" });
  });

  it("takes no conflict from its own change whose answer was lost", async () => {
    const server = new Server(draft("a"));
    const keeper = DraftKeeper.opened(calls.drafts, SHELF, draft("a"));
    server.mute = true;
    keeper.change(text("ab"), 1);
    await pass(600);
    expect(server.kept?.revision).toBeGreaterThan(0);
    server.mute = false;
    await pass(30_000);
    expect(keeper.sync.read().kind).toBe("saved");
    keeper.change(text("abc"), 2);
    await pass(1000);
    expect(server.kept?.completion).toBe("abc");
  });

  describe("when another tab has saved another text", () => {
    async function collided() {
      const server = new Server(draft("theirs", 5));
      const keeper = DraftKeeper.opened(calls.drafts, SHELF, draft("a"));
      keeper.change(text("mine"), 1);
      await pass(1000);
      return { server, keeper };
    }

    it("overwrites nothing, and says so", async () => {
      const { server, keeper } = await collided();
      keeper.change(text("mine, longer"), 2);
      await pass(60_000);
      expect(keeper.sync.read()).toMatchObject({ kind: "conflict", theirs: { completion: "theirs" } });
      expect(server.kept?.completion).toBe("theirs");
      expect(leftBehind(SHELF)[0]?.draft.passage).toEqual(text("mine, longer"));
    });

    it("writes this text if the writer wants it", async () => {
      const { server, keeper } = await collided();
      keeper.keepMine();
      await pass(1000);
      expect(server.kept).toMatchObject({ completion: "mine", revision: 6 });
      expect(keeper.sync.read().kind).toBe("saved");
    });

    it("takes the other text if the writer wants that", async () => {
      const { server, keeper } = await collided();
      expect(keeper.takeTheirs()).toEqual(text("theirs"));
      expect(keeper.passage).toEqual(text("theirs"));
      await pass(1000);
      expect(server.kept).toMatchObject({ completion: "theirs", revision: 5 });
      expect(leftBehind(SHELF)).toEqual([]);
    });
  });

  it("says that a draft is gone when it was submitted elsewhere, and keeps the text", async () => {
    new Server(draft("a", 3, { state: "submitted" }));
    const keeper = DraftKeeper.opened(calls.drafts, SHELF, draft("a"));
    keeper.change(text("ab"), 1);
    await pass(1000);
    expect(keeper.sync.read().kind).toBe("gone");
    expect(leftBehind(SHELF)).toHaveLength(1);
  });

  it("brings a draft that a closed tab left behind to the server", async () => {
    const server = new Server(draft("a"));
    server.lost = true;
    DraftKeeper.opened(calls.drafts, SHELF, draft("a")).change(text("ab"), 1);
    const [left] = leftBehind(SHELF);
    vi.clearAllTimers();
    server.lost = false;
    if (!left) throw new Error("nothing was left behind");
    const keeper = DraftKeeper.recovered(calls.drafts, left.mirror, left.draft);
    expect(keeper.passage).toEqual(text("ab"));
    await pass(1000);
    expect(server.kept).toMatchObject({ completion: "ab", revision: 1 });
    expect(leftBehind(SHELF)).toEqual([]);
  });
});
