import { act, screen } from "@testing-library/react";
import { useState } from "react";
import { beforeEach, describe, expect, it, vi } from "vitest";

import { answers } from "../testing/answers";
import { MANAGER, PROJECT, renderSignedIn } from "../testing/session";
import { useNews } from "./news";
import { NewsStream } from "./NewsStream";
import { SessionContext, useSession } from "./session";

class FakeSource extends EventTarget {
  static readonly CLOSED = 2;
  static made: FakeSource[] = [];
  readyState = 0;
  onopen: (() => void) | null = null;
  onerror: (() => void) | null = null;

  constructor() {
    super();
    FakeSource.made.push(this);
  }

  close(): void {
    this.readyState = FakeSource.CLOSED;
  }
}

const NEXT = { round: 3, hash: "cd".repeat(32), threshold: 0.005 };
const heard = vi.fn<(kind: string, round?: number) => void>();

function Hearer() {
  useNews("model", ({ round }) => heard("model", round));
  useNews("review", () => heard("review"));
  useNews("settings", () => heard("settings"));
  return null;
}

function source(): FakeSource {
  const latest = FakeSource.made.at(-1);
  if (latest === undefined) throw new Error("nobody listens");
  return latest;
}

describe("NewsStream", () => {
  beforeEach(() => {
    heard.mockClear();
    FakeSource.made = [];
    vi.stubGlobal("EventSource", FakeSource);
  });

  it("has the session asked for again before it tells of new settings", async () => {
    const refresh = vi.fn(() => Promise.resolve());
    renderSignedIn(
      <NewsStream>
        <Hearer />
      </NewsStream>,
      { refresh },
    );
    await act(async () => {
      source().dispatchEvent(new MessageEvent("settings", { data: "{}" }));
      expect(heard).not.toHaveBeenCalledWith("settings");
      await Promise.resolve();
    });
    expect(refresh).toHaveBeenCalledOnce();
    expect(heard).toHaveBeenCalledWith("settings");
  });

  it("says that too many pages are open where the session holds and the stream is refused", async () => {
    answers({ "GET /api/session": () => ({ member: MANAGER, team: true, csrf: "c", project: PROJECT }) });
    renderSignedIn(<NewsStream>{null}</NewsStream>);
    await act(async () => {
      source().readyState = FakeSource.CLOSED;
      source().onerror?.();
      await Promise.resolve();
    });
    expect(await screen.findByText(/too many pages of the workbench are open/)).toBeInTheDocument();
    act(() => source().onopen?.());
    expect(screen.queryByText(/too many pages/)).toBeNull();
  });

  it("tells of a new model once", () => {
    const refresh = vi.fn(() => Promise.resolve());
    renderSignedIn(
      <NewsStream>
        <Hearer />
      </NewsStream>,
      { refresh },
    );
    act(() => {
      for (let time = 0; time < 2; time += 1) {
        source().dispatchEvent(new MessageEvent("model", { data: JSON.stringify(NEXT) }));
      }
    });
    expect(heard.mock.calls).toEqual([["model", 3]]);
    expect(refresh).toHaveBeenCalled();
    expect(screen.getByRole("status")).toHaveTextContent(/^Scores now come from round 3/);
  });

  it("asks for what it has missed when it listens again", () => {
    const refresh = vi.fn(() => Promise.resolve());
    renderSignedIn(
      <NewsStream>
        <Hearer />
      </NewsStream>,
      { refresh },
    );
    act(() => source().onopen?.());
    expect(heard).not.toHaveBeenCalled();
    act(() => source().onopen?.());
    expect(refresh).toHaveBeenCalledOnce();
    expect(heard.mock.calls).toEqual([["review"], ["settings"]]);
  });

  it("tells of a model that the session has and no news told of", () => {
    renderSignedIn(<Changing />);
    act(() => screen.getByText("change").click());
    expect(heard.mock.calls).toEqual([["model", 3]]);
  });
});

/** The stream in a session whose model can change without news of it. */
function Changing() {
  const session = useSession();
  const [project, setProject] = useState(session.project);
  return (
    <SessionContext value={{ ...session, project }}>
      <button onClick={() => setProject({ ...project, model: NEXT })}>change</button>
      <NewsStream>
        <Hearer />
      </NewsStream>
    </SessionContext>
  );
}
