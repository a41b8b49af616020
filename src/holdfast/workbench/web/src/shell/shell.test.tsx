import { act, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";

import { PROJECT, renderSignedIn, MANAGER, WRITER } from "../testing/session";
import { answers } from "../testing/answers";
import { Masthead } from "./Masthead";
import { NoticeBoard } from "./NoticeBoard";
import { useNotices } from "./notices";
import { type Session } from "./session";
import { pagesFor } from "./pages";
import { type Shortcuts, useShortcuts } from "./shortcuts";
import { Tabs } from "./Tabs";
import { ThemeSwitch } from "./ThemeSwitch";

const session: Session = {
  member: MANAGER,
  project: PROJECT,
  team: true,
  refresh: () => Promise.resolve(),
  signOut: () => Promise.resolve(),
};

describe("the navigation", () => {
  const reviewer = { ...MANAGER, role: "reviewer" } as const;
  const oracle = { ...PROJECT, judge: "oracle" } as const;

  it.each([
    ["a writer", { member: WRITER }, ["Write", "My submissions", "Rounds", "Guideline"]],
    ["a reviewer", { member: reviewer }, ["Write", "My submissions", "Review", "Rounds", "Guideline"]],
    [
      "a reviewer beside an oracle",
      { member: reviewer, project: oracle },
      ["Write", "My submissions", "Rounds", "Guideline"],
    ],
    [
      "a manager",
      {},
      ["Write", "My submissions", "Review", "Rounds", "Manager", "Guideline", "Settings", "Accounts"],
    ],
    [
      "a single user",
      { team: false, project: oracle },
      ["Write", "My submissions", "Rounds", "Manager", "Guideline", "Settings"],
    ],
  ])("shows %s what they may see", (_, changed, names) => {
    expect(pagesFor({ ...session, ...changed }).map(({ name }) => name)).toEqual(names);
  });

  it("marks the page that one is on, and says which model is served", async () => {
    answers({
      "GET /api/rounds": () => ({ rounds: [], waiting: 7, needed: 20, progress: null }),
    });
    renderSignedIn(<Masthead />, { path: "/manager" });
    expect(screen.getByRole("link", { current: "page" })).toHaveTextContent("Manager");
    expect(await screen.findByText("7 of 20 failures towards the next round")).toBeInTheDocument();
    expect(screen.getByText("Model of round 2")).toBeInTheDocument();
    expect(screen.getByRole("progressbar")).toHaveAttribute("value", "0.35");
  });

  it("asks for the rounds again when there is news of them", async () => {
    let waiting = 1;
    answers({ "GET /api/rounds": () => ({ rounds: [], waiting, needed: 20, progress: null }) });
    const { desk } = renderSignedIn(<Masthead />);
    await screen.findByText(/^1 of 20/);
    waiting = 2;
    desk.post("submission", {});
    expect(await screen.findByText(/^2 of 20/)).toBeInTheDocument();
  });
});

describe("Tabs", () => {
  it("moves by the arrow keys, around the ends, and shows one panel", async () => {
    const user = userEvent.setup();
    const tabs = ["One", "Two", "Three"].map((name) => ({ name, panel: () => <p>panel {name}</p> }));
    render(<Tabs label="Numbers" tabs={tabs} />);
    await user.tab();
    for (const [key, name] of [
      ["{ArrowRight}", "Two"],
      ["{End}", "Three"],
      ["{ArrowRight}", "One"],
      ["{ArrowLeft}", "Three"],
      ["{Home}", "One"],
    ] as const) {
      await user.keyboard(key);
      expect(screen.getByRole("tab", { selected: true })).toHaveTextContent(name);
      expect(screen.getByRole("tab", { selected: true })).toHaveFocus();
      expect(screen.getByRole("tabpanel")).toHaveTextContent(`panel ${name}`);
    }
  });
});

describe("notices", () => {
  function Teller() {
    const { tell } = useNotices();
    return (
      <>
        <button onClick={() => tell("Saved.", "good")}>save</button>
        <button onClick={() => tell("It is full.", "problem")}>fail</button>
      </>
    );
  }

  it("are shown, read out politely, and taken away; a problem stays until it is dismissed", async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    const user = userEvent.setup({ advanceTimers: vi.advanceTimersByTime });
    render(
      <NoticeBoard>
        <Teller />
      </NoticeBoard>,
    );
    await user.click(screen.getByText("save"));
    expect(screen.getByRole("status")).toHaveTextContent("Saved.");
    await user.click(screen.getByText("fail"));
    expect(screen.getAllByRole("listitem")).toHaveLength(2);
    await act(() => vi.advanceTimersByTimeAsync(60_000));
    expect(screen.getAllByRole("listitem")).toHaveLength(1);
    await user.click(screen.getByRole("button", { name: "Dismiss: It is full." }));
    expect(screen.queryAllByRole("listitem")).toHaveLength(0);
    vi.useRealTimers();
  });
});

describe("shortcuts", () => {
  function Page({ shortcuts, on = true }: { shortcuts: Shortcuts; on?: boolean }) {
    useShortcuts(shortcuts, on);
    return (
      <>
        <input aria-label="text" />
        <button>press</button>
      </>
    );
  }

  it("act on a single key, but not while one writes, with a modifier, or when they are off", async () => {
    const user = userEvent.setup();
    const act = vi.fn();
    const { rerender } = render(<Page shortcuts={{ c: act }} />);
    await user.keyboard("c");
    expect(act).toHaveBeenCalledTimes(1);
    await user.keyboard("{Control>}c{/Control}");
    await user.type(screen.getByLabelText("text"), "c");
    expect(act).toHaveBeenCalledTimes(1);
    screen.getByText("press").focus();
    await user.keyboard("C");
    expect(act).toHaveBeenCalledTimes(2);
    rerender(<Page shortcuts={{ c: act }} on={false} />);
    await user.keyboard("c");
    expect(act).toHaveBeenCalledTimes(2);
  });

  it("leave Enter to a button that has the focus", async () => {
    const user = userEvent.setup();
    const act = vi.fn();
    render(<Page shortcuts={{ Enter: act }} />);
    screen.getByText("press").focus();
    await user.keyboard("{Enter}");
    expect(act).not.toHaveBeenCalled();
  });
});

describe("ThemeSwitch", () => {
  it("puts the choice on the page, and remembers it", async () => {
    render(<ThemeSwitch />);
    await userEvent.selectOptions(screen.getByLabelText("Colours"), "dark");
    expect(document.documentElement.dataset["theme"]).toBe("dark");
    expect(localStorage.getItem("holdfast.theme")).toBe("dark");
    await userEvent.selectOptions(screen.getByLabelText("Colours"), "system");
    expect(document.documentElement.dataset["theme"]).toBeUndefined();
  });
});
