import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { listen, listenWhileSeen } from "./events";

class FakeSource extends EventTarget {
  static readonly CLOSED = 2;
  static made: FakeSource[] = [];
  readyState = 0;
  onopen: (() => void) | null = null;
  onerror: (() => void) | null = null;
  readonly url: string;

  constructor(url: string) {
    super();
    this.url = url;
    FakeSource.made.push(this);
  }

  close(): void {
    this.readyState = FakeSource.CLOSED;
  }

  refuse(): void {
    this.close();
    this.onerror?.();
  }
}

function latest(): FakeSource {
  const source = FakeSource.made.at(-1);
  if (source === undefined) throw new Error("nobody listens");
  return source;
}

describe("listen", () => {
  beforeEach(() => {
    FakeSource.made = [];
    vi.stubGlobal("EventSource", FakeSource);
    vi.useFakeTimers();
  });
  afterEach(() => vi.useRealTimers());

  it("hands each event's JSON to the handler of its name", () => {
    const step = vi.fn();
    listen<{ step: { score: number } }>("/api/searches/7/events", { step });
    latest().dispatchEvent(new MessageEvent("step", { data: '{"score":0.5}' }));
    latest().dispatchEvent(new MessageEvent("other", { data: "{}" }));
    expect(step.mock.calls).toEqual([[{ score: 0.5 }]]);
  });

  it("tries again after a refusal, more slowly each time, and at once again after it was open", () => {
    listen("/api/events", {});
    for (const wait of [1000, 2000, 4000]) {
      const before = FakeSource.made.length;
      latest().refuse();
      vi.advanceTimersByTime(wait - 1);
      expect(FakeSource.made).toHaveLength(before);
      vi.advanceTimersByTime(1);
      expect(FakeSource.made).toHaveLength(before + 1);
    }
    latest().onopen?.();
    latest().refuse();
    vi.advanceTimersByTime(1000);
    expect(FakeSource.made).toHaveLength(5);
  });

  it("tells a refusal from a lost connection", () => {
    const [onLost, onRefused] = [vi.fn(), vi.fn()];
    listen("/api/events", {}, { onLost, onRefused });
    latest().onerror?.();
    expect(onRefused).not.toHaveBeenCalled();
    latest().refuse();
    expect(onLost).toHaveBeenCalledTimes(2);
    expect(onRefused).toHaveBeenCalledOnce();
  });

  it("leaves a connection that the browser mends by itself alone", () => {
    const onLost = vi.fn();
    listen("/api/events", {}, { onLost });
    latest().onerror?.();
    vi.advanceTimersByTime(60_000);
    expect(onLost).toHaveBeenCalledOnce();
    expect(FakeSource.made).toHaveLength(1);
  });

  it("ends when it is told to, even while it waits", () => {
    const end = listen("/api/events", {});
    latest().refuse();
    end();
    vi.advanceTimersByTime(60_000);
    expect(FakeSource.made).toHaveLength(1);
  });
});

describe("listenWhileSeen", () => {
  const look = (state: DocumentVisibilityState) => {
    vi.spyOn(document, "visibilityState", "get").mockReturnValue(state);
    document.dispatchEvent(new Event("visibilitychange"));
  };
  const open = () => FakeSource.made.filter(({ readyState }) => readyState !== FakeSource.CLOSED).length;

  beforeEach(() => {
    FakeSource.made = [];
    vi.stubGlobal("EventSource", FakeSource);
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  it("holds a connection only while the page is seen, and says each time that it is open", () => {
    const onOpen = vi.fn();
    const end = listenWhileSeen("/api/events", {}, { onOpen });
    latest().onopen?.();
    look("hidden");
    expect(open()).toBe(0);
    look("visible");
    look("visible");
    expect(open()).toBe(1);
    latest().onopen?.();
    expect(onOpen).toHaveBeenCalledTimes(2);
    end();
    look("visible");
    expect(open()).toBe(0);
  });

  it("begins only when it is seen, and tries no more while it is not", () => {
    look("hidden");
    const end = listenWhileSeen("/api/events", {});
    expect(FakeSource.made).toHaveLength(0);
    look("visible");
    latest().refuse();
    look("hidden");
    vi.advanceTimersByTime(60_000);
    expect(FakeSource.made).toHaveLength(1);
    end();
  });
});
