import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";

import type {
  ChangeShape,
  Overview,
  SurvivalCurve,
  SurvivalShape,
  TacticShape,
  TacticsShape,
  ToolRow,
  ToolsShape,
  WriterRow,
} from "../api/schema";
import { answers, Refused } from "../testing/answers";
import { renderSignedIn } from "../testing/session";
import { ManagerPage } from "./ManagerPage";

const nothing = { value: null, low: null, high: null };

const WILL: WriterRow = {
  writer: "will",
  drafts: 12,
  submissions: 9,
  failures: 6,
  active_hours: 1.5,
  failures_per_hour: { value: 4, low: 1.47, high: 8.71 },
  mean_egregiousness: 5.5,
  points: 240.4,
};

const OVERVIEW: Overview = {
  confidence: 0.95,
  submissions: 9,
  failures: 6,
  pending: 1,
  rejected: 2,
  active_hours: 1.5,
  failures_per_hour: { value: 4, low: 1.47, high: 8.71 },
  egregiousness: [0, 0, 1, 0, 2, 0, 0, 3, 0, 0],
  writers: [WILL],
  report: "/report/",
};

const curve = (group: string): SurvivalCurve => ({
  group,
  drafts: 12,
  failures: 6,
  median_minutes: null,
  points: [
    { minutes: 0, surviving: 1, low: 1, high: 1, at_risk: 12 },
    { minutes: 7, surviving: 0.6, low: 0.3, high: 0.8, at_risk: 9 },
  ],
  censored: [3, 7],
});

const SURVIVAL: SurvivalShape = {
  confidence: 0.95,
  by_model: [curve("round 0")],
  by_writer: Array.from({ length: 8 }, (_, n) => curve(`writer ${n}`)),
  by_condition: [curve("without_saliency")],
};

const STATE: TacticShape = {
  name: "object state",
  phenomenon: "near_miss",
  failures: 4,
  shares: [0.75, 0.25],
  still_fails: 0,
  example: { prompt: "The cup was poisoned.", completion: "She drank <i>it</i>." },
};

const TACTICS: TacticsShape = {
  rounds: [0, 1],
  model_round: 1,
  tactics: [
    STATE,
    {
      name: "delayed",
      phenomenon: null,
      failures: 2,
      shares: [0.25, 0.75],
      still_fails: 2,
      example: { prompt: "", completion: "The timer ran out." },
    },
  ],
};

const tool = (condition: string, speed_ratio: ToolRow["speed_ratio"]): ToolRow => ({
  condition,
  sessions: 3,
  drafts: 9,
  failures: 4,
  active_hours: 0.5,
  failures_per_hour: { value: 8, low: 2.2, high: 20 },
  speed_ratio,
});

const TOOLS: ToolsShape = {
  confidence: 0.95,
  rows: [
    tool("all", nothing),
    tool("none", { value: 2, low: 1.1, high: 3.9 }),
    tool("without_saliency", nothing),
  ],
  note: "The intervals suppose steady rates.",
};

const HISTORY: readonly ChangeShape[] = [
  { kind: "rolled_back", round: 1, before: 2, by: "mara", why: "", created: "2026-11-20T12:00:00+00:00" },
  {
    kind: "declined",
    round: 3,
    before: 2,
    by: null,
    why: "natural failures: 9 of 8,000",
    created: "2026-11-20T11:00:00+00:00",
  },
];

function table(overrides: Record<string, () => unknown> = {}) {
  return {
    "GET /api/manager/overview": () => OVERVIEW,
    "GET /api/manager/survival": () => SURVIVAL,
    "GET /api/manager/tactics": () => TACTICS,
    "GET /api/manager/tools": () => TOOLS,
    "GET /api/rounds": () => ({ rounds: [], waiting: 6, needed: 20, progress: null }),
    "GET /api/rounds/history": () => HISTORY,
    ...overrides,
  };
}

describe("ManagerPage", () => {
  it("gives the figures with their intervals", async () => {
    answers(table());
    renderSignedIn(<ManagerPage />);
    expect(await screen.findByText("95 % interval 1.5 to 8.7")).toBeInTheDocument();
    expect(screen.getByText("of 9 submissions; 2 rejected, 1 waiting for labels")).toBeInTheDocument();
    const writers = screen.getByRole("table", { name: "Work by writer" });
    expect(within(writers).getByRole("row", { name: /will/ })).toHaveTextContent("4 (1.5 to 8.7)");
    expect(screen.getByRole("link", { name: "The campaign’s report" })).toHaveAttribute("href", "/report/");
    expect(screen.getByRole("link", { name: "JSONL" })).toHaveAttribute(
      "href",
      "/api/manager/export?format=jsonl",
    );
    expect(screen.getByRole("link", { name: "Parquet" })).toHaveAttribute(
      "href",
      "/api/manager/export?format=parquet",
    );
  });

  it("tells which models were served, by whom, and which were not, and why", async () => {
    answers(table());
    renderSignedIn(<ManagerPage />);
    const changes = await screen.findByRole("table", { name: "History of the models" });
    const [back, declined] = within(changes).getAllByRole("row").slice(1);
    expect(back).toHaveTextContent("The model of round 1served again, by maraThe model of round 2");
    expect(declined).toHaveTextContent("worse, not servedThe model of round 2natural failures: 9 of 8,000");
  });

  it("draws curves by model, writer and tools, as many as can be told apart, and all in the table", async () => {
    answers(table());
    const user = userEvent.setup();
    const { container } = renderSignedIn(<ManagerPage />);
    await user.click(await screen.findByRole("tab", { name: "By writer" }));
    expect(screen.getByText(/The table also has 2 groups with fewer drafts/)).toBeInTheDocument();
    expect(container.querySelectorAll(".legend li")).toHaveLength(6);
    const rows = within(screen.getByRole("table", { name: "Time to failure by writer" })).getAllByRole("row");
    expect(rows).toHaveLength(9);
    expect(rows[1]).toHaveTextContent("not reached");
    await user.click(screen.getByRole("tab", { name: "By tools" }));
    const byTools = screen.getByRole("table", { name: "Time to failure by tool condition" });
    expect(within(byTools).getByText("Without saliency")).toBeInTheDocument();
  });

  it("says what still passes the newest model, and shows a tactic's example as text", async () => {
    answers(table());
    const user = userEvent.setup();
    renderSignedIn(<ManagerPage />);
    const [first, second] = await screen.findAllByRole("table", { name: /^Tactics/ });
    expect(first).toHaveTextContent("none");
    expect(second).toHaveTextContent("2 of 2");
    expect(screen.getByRole("img", { name: "round 0: 75 %, round 1: 25 %" })).toBeInTheDocument();
    await user.click(screen.getByText("object state"));
    expect(screen.getByText("She drank <i>it</i>.")).toBeVisible();
  });

  it("groups tactics by phenomenon, and says what each group comes to", async () => {
    const more = { ...STATE, name: "another state", failures: 3, still_fails: 1 };
    answers(
      table({ "GET /api/manager/tactics": () => ({ ...TACTICS, tactics: [...TACTICS.tactics, more] }) }),
    );
    renderSignedIn(<ManagerPage />);
    const group = await screen.findByRole("region", { name: "near miss" });
    expect(group).toHaveTextContent("7 failures; the model of round 1 still lets 1 of them pass.");
    expect(within(group).getAllByRole("rowheader")).toHaveLength(2);
    const rest = screen.getByRole("region", { name: "No common phenomenon" });
    expect(rest).toHaveTextContent("2 failures; the model of round 1 still lets 2 of them pass.");
    expect(group.compareDocumentPosition(rest)).toBe(Node.DOCUMENT_POSITION_FOLLOWING);
  });

  it("gives one figure the same in a card and in a table", async () => {
    const odd = { value: 4.5678, low: 1.2345, high: 123.456 };
    const writers = [{ ...WILL, failures_per_hour: odd }];
    answers(table({ "GET /api/manager/overview": () => ({ ...OVERVIEW, failures_per_hour: odd, writers }) }));
    renderSignedIn(<ManagerPage />);
    expect(await screen.findByText("95 % interval 1.2 to 120")).toBeInTheDocument();
    expect(screen.getByText("4.6")).toBeInTheDocument();
    expect(screen.getByText("4.6 (1.2 to 120)")).toBeInTheDocument();
  });

  it("charts the ratios that there are", async () => {
    answers(table());
    const { container } = renderSignedIn(<ManagerPage />);
    expect(await screen.findByText(/The intervals suppose steady rates/)).toBeInTheDocument();
    expect([...container.querySelectorAll(".row-label")].map((text) => text.textContent)).toEqual([
      "No tools",
    ]);
    expect(screen.getByRole("table", { name: "Tool conditions" })).toHaveTextContent("2 (1.1 to 3.9)");
  });

  it("says what to do where there is nothing yet", async () => {
    answers(
      table({
        "GET /api/manager/overview": () => ({
          ...OVERVIEW,
          failures_per_hour: nothing,
          egregiousness: Array(10).fill(0),
          writers: [],
          report: null,
        }),
        "GET /api/manager/survival": () => ({
          confidence: 0.95,
          by_model: [],
          by_writer: [],
          by_condition: [],
        }),
        "GET /api/manager/tactics": () => ({ rounds: [], model_round: 0, tactics: [] }),
        "GET /api/manager/tools": () => ({ ...TOOLS, rows: [] }),
      }),
    );
    renderSignedIn(<ManagerPage />);
    expect(await screen.findByText("Nobody has started a draft yet.")).toBeInTheDocument();
    expect(screen.getByText("There are no accepted failures yet.")).toBeInTheDocument();
    expect(await screen.findByText(/Tactics appear when/)).toBeInTheDocument();
    expect(await screen.findByText(/choose several tool conditions/)).toBeInTheDocument();
    expect(await screen.findByText(/curves appear when/)).toBeInTheDocument();
    expect(screen.queryByRole("link", { name: "The campaign’s report" })).toBeNull();
  });

  it("shows the other figures where one call fails, which may be tried again", async () => {
    let broken = true;
    answers(
      table({ "GET /api/manager/tactics": () => (broken ? new Refused(500, "out of memory") : TACTICS) }),
    );
    const user = userEvent.setup();
    renderSignedIn(<ManagerPage />);
    expect(await screen.findByRole("alert")).toHaveTextContent("out of memory");
    expect(await screen.findByRole("table", { name: "Work by writer" })).toBeInTheDocument();
    broken = false;
    await user.click(screen.getByRole("button", { name: "Try again" }));
    expect(await screen.findByRole("table", { name: "Tactics: near miss" })).toBeInTheDocument();
    expect(screen.queryByRole("alert")).toBeNull();
  });
});
