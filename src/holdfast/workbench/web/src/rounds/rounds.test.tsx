import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";

import type { FigureShape, RoundShape, RoundsShape } from "../api/schema";
import { answers, Refused } from "../testing/answers";
import { renderSignedIn, WRITER } from "../testing/session";
import { inTheMaking, lastUnused, towardsNext } from "./round";
import { RoundsPage } from "./RoundsPage";

const round = (n: number, state: RoundShape["state"], rest: Partial<RoundShape> = {}): RoundShape => ({
  round: n,
  state,
  failures: 20 * n,
  created: "2026-11-20T10:00:00+00:00",
  finished: null,
  model_hash: null,
  threshold: null,
  natural_failures: null,
  natural_prompts: null,
  recall_new: null,
  recall_held_back: null,
  seconds: null,
  error: null,
  harmless: 0,
  variants: 0,
  matched: 0,
  check: [],
  ...rest,
});

const beside = (round: number, events: number, change: number): FigureShape["served"] => ({
  round,
  events,
  rate: events / 3000,
  change,
  lower: change - 0.005,
  upper: change + 0.005,
});

const check = (worse = ""): readonly FigureShape[] => [
  {
    figure: "harmless_accepted",
    events: 2520,
    trials: 3000,
    rate: 0.84,
    served: beside(1, 2550, -0.01),
    first: beside(0, 2580, -0.02),
    margin: 0.02,
    by_limits: true,
    worse,
  },
  {
    figure: "held_back",
    events: 6,
    trials: 8,
    rate: 0.75,
    served: { ...beside(1, 1, 0.625), rate: 0.125 },
    first: null,
    margin: 0,
    by_limits: false,
    worse: "",
  },
];

const rounds = (all: readonly RoundShape[], rest: Partial<RoundsShape> = {}): RoundsShape => ({
  rounds: all,
  waiting: 3,
  needed: 20,
  progress: null,
  ...rest,
});

const serving = round(1, "serving", {
  model_hash: "abcdef0123456789",
  threshold: 0.0065,
  natural_failures: 33,
  natural_prompts: 210_000,
  recall_new: 0.95,
  recall_held_back: 0.8,
  seconds: 95,
});

describe("a state of rounds", () => {
  it.each([
    [rounds([serving]), "3 of 20 failures towards the next round"],
    [rounds([serving], { waiting: 25 }), "25 failures wait for the next round"],
    [rounds([serving, round(2, "queued")]), "Round 2 is waiting to be trained"],
    [rounds([serving, round(2, "training")]), "Round 2 is being trained"],
    [rounds([serving, round(2, "ready")]), "Round 2 is being checked"],
    [rounds([serving, round(2, "failed")]), "3 of 20 failures towards the next round"],
  ])("is described in words (%#)", (state, words) => {
    expect(towardsNext(state)).toBe(words);
  });

  it("has failed only if its last round has", () => {
    expect(lastUnused(rounds([serving, round(2, "failed")]))?.round).toBe(2);
    expect(lastUnused(rounds([round(1, "failed"), round(2, "serving")]))).toBeNull();
    expect(inTheMaking(rounds([serving]))).toBeNull();
  });
});

describe("RoundsPage", () => {
  it("shows what was measured of each model, newest first, and why a training failed", async () => {
    const failed = round(2, "failed", { error: "its worker ended with exit code 1" });
    answers({ "GET /api/rounds": () => rounds([serving, failed]) });
    renderSignedIn(<RoundsPage />);
    const table = await screen.findByRole("table", { name: "Models by round" });
    const rows = within(table).getAllByRole("row").slice(1);
    expect(rows.map((row) => within(row).getByRole("rowheader").textContent)).toEqual(["2", "1"]);
    for (const text of ["serving", "80 %", "33 of 210,000", "0.65 %", "2 min", "abcdef01"]) {
      expect(rows[1]).toHaveTextContent(text);
    }
    expect(screen.getByText(/exit code 1/)).toBeInTheDocument();
  });

  it("lets a manager train at once, and says why not", async () => {
    let busy = false;
    const asked = answers({
      "GET /api/rounds": () => rounds(busy ? [serving, round(2, "training")] : [serving], { progress: 0.5 }),
      "POST /api/rounds": () => {
        if (busy) return new Refused(409, "round 2 is being trained");
        busy = true;
        return rounds([serving, round(2, "queued")]);
      },
    });
    const user = userEvent.setup();
    renderSignedIn(<RoundsPage />);
    await user.click(await screen.findByRole("button", { name: "Train now" }));
    expect(await screen.findByText("Round 2 is being trained.")).toBeInTheDocument();
    expect(screen.getByRole("progressbar")).toHaveAttribute("value", "0.5");
    expect(screen.getByRole("button", { name: "Train now" })).toBeDisabled();
    expect(asked.filter(({ method }) => method === "POST")).toHaveLength(1);
  });

  it("offers no training where nothing waits, and none to a writer", async () => {
    answers({ "GET /api/rounds": () => rounds([serving], { waiting: 0 }) });
    const { unmount } = renderSignedIn(<RoundsPage />);
    expect(await screen.findByRole("button", { name: "Train now" })).toBeDisabled();
    expect(screen.getByText(/submit a failure first/)).toBeInTheDocument();
    unmount();
    renderSignedIn(<RoundsPage />, { member: WRITER });
    await screen.findByRole("table");
    expect(screen.queryByRole("button", { name: "Train now" })).toBeNull();
  });

  it("says why a model that was worse is not served, and what it was compared by", async () => {
    const why = "harmless texts accepted changed by -1.0 points beside the model of round 1";
    const declined = round(2, "declined", { error: why, check: check(why), matched: 480 });
    answers({ "GET /api/rounds": () => rounds([serving, declined]) });
    renderSignedIn(<RoundsPage />, { member: WRITER });
    expect(await screen.findByText(/the one before it stays: harmless texts accepted/)).toBeInTheDocument();
    const table = screen.getByRole("table", { name: "The check of round 2" });
    const [harmless, heldBack] = within(table).getAllByRole("row").slice(1);
    expect(harmless).toHaveTextContent("84 % (2,520 of 3,000)");
    expect(harmless).toHaveTextContent("−1 (−1.5 to −0.5)");
    expect(harmless).toHaveTextContent("2 points, by the limits");
    expect(within(harmless as HTMLElement).getByText("no")).toBeInTheDocument();
    expect(heldBack).toHaveTextContent("6 of 8");
    expect(within(heldBack as HTMLElement).getByText("yes")).toBeInTheDocument();
    expect(screen.getByText("Round 2 was not served:")).toBeInTheDocument();
    expect(screen.queryByRole("button", { name: /Serve/ })).toBeNull();
  });

  it("goes back to a model that was served, with one click", async () => {
    const first = round(0, "retired", { model_hash: "00" });
    const asked = answers({
      "GET /api/rounds": () => rounds([first, serving]),
      "PUT /api/rounds/served": () => rounds([{ ...first, state: "serving" }]),
    });
    renderSignedIn(<RoundsPage />);
    await userEvent.click(await screen.findByRole("button", { name: "Serve the first model again" }));
    expect((await screen.findAllByText("The first model serves again.")).length).toBeGreaterThan(0);
    expect(asked.find(({ method }) => method === "PUT")?.body).toEqual({ round: 0 });
  });
});
