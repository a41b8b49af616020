import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { ApiError, Unreachable } from "../../api/error";
import type { LogEntry } from "../../api/schema";
import { browserShelf } from "../state/shelf";
import { LOG_WAIT, LogQueue } from "./logQueue";

const SHELF = browserShelf("test");

/** A server that keeps each entry once, by client and number. */
function server() {
  const kept = new Map<string, LogEntry>();
  let broken: Error | null = null;
  const send = vi.fn((entries: readonly LogEntry[]) => {
    if (broken) return Promise.reject(broken);
    if (entries.some(({ kind }) => kind === "poison")) {
      return Promise.reject(new ApiError(422, "no such kind", null));
    }
    for (const entry of entries) kept.set(`${entry.client} ${entry.sequence}`, entry);
    return Promise.resolve();
  });
  return { kept, send, breakBy: (error: Error | null) => (broken = error) };
}

const pass = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);

describe("LogQueue", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("sends entries together, numbered as they came", async () => {
    const { kept, send } = server();
    const queue = new LogQueue(send, SHELF);
    queue.add("edit", { to: 1 }, 7);
    queue.add("suggestions_shown", {}, 7);
    await pass(LOG_WAIT);
    expect(send).toHaveBeenCalledTimes(1);
    expect([...kept.values()].map(({ sequence, kind, draft }) => [sequence, kind, draft])).toEqual([
      [0, "edit", 7],
      [1, "suggestions_shown", 7],
    ]);
    expect(queue.waiting).toBe(0);
    expect(SHELF.names()).toEqual([]);
  });

  it.each([
    ["is away", new Unreachable(null)],
    ["fails", new ApiError(503, "starting", null)],
  ])("tries again while the server %s, and loses nothing", async (_, error) => {
    const { kept, send, breakBy } = server();
    const queue = new LogQueue(send, SHELF);
    breakBy(error);
    queue.add("edit", {}, null);
    await pass(LOG_WAIT);
    queue.add("edit", {}, null);
    expect(SHELF.names()).toHaveLength(2);
    breakBy(null);
    await pass(60_000);
    expect(kept.size).toBe(2);
    expect(SHELF.names()).toEqual([]);
  });

  it("sends what a closed tab left, beside its own, under the numbers that they had", async () => {
    const { kept, send, breakBy } = server();
    breakBy(new Unreachable(null));
    const closed = new LogQueue(send, SHELF);
    closed.add("edit", { by: "closed" }, 1);
    closed.close();
    await pass(60_000);
    breakBy(null);
    const next = new LogQueue(send, SHELF);
    next.add("edit", { by: "next" }, 2);
    await pass(60_000);
    expect([...kept.values()].map(({ detail, sequence }) => [detail?.["by"], sequence])).toEqual([
      ["closed", 0],
      ["next", 0],
    ]);
    expect(new Set([...kept.values()].map(({ client }) => client)).size).toBe(2);
  });

  it("does not let one refused entry hold up the others", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const { kept, send } = server();
    const queue = new LogQueue(send, SHELF);
    for (const kind of ["edit", "poison", "undo", "redo"]) queue.add(kind, {}, null);
    await pass(LOG_WAIT);
    expect([...kept.values()].map(({ kind }) => kind)).toEqual(["edit", "undo", "redo"]);
    expect(queue.waiting).toBe(0);
    expect(warn).toHaveBeenCalledTimes(1);
  });
});
