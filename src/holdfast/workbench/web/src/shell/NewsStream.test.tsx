import { act, screen } from "@testing-library/react";
import { useState } from "react";
import { beforeEach, describe, expect, it, vi } from "vitest";

import { renderSignedIn } from "../testing/session";
import { useNews } from "./news";
import { NewsStream } from "./NewsStream";
import { SessionContext, useSession } from "./session";

class FakeSource extends EventTarget {
  static readonly CLOSED = 2;
  static made: FakeSource[] = [];
  readyState = 0;
  onopen: (() => void) | null = null;

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
    expect(screen.getByRole("status")).toHaveTextContent(/^The model of round 3 is served now/);
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
    expect(heard.mock.calls).toEqual([["review"]]);
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
