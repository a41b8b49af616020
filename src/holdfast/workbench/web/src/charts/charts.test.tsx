import { render, screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";

import type { SurvivalCurve } from "../api/schema";
import { DotIntervals } from "./DotIntervals";
import { Histogram } from "./Histogram";
import { ShareBars } from "./ShareBars";
import { censorings, survivingAt } from "./survival";
import { SurvivalPlot } from "./SurvivalPlot";

const curve: SurvivalCurve = {
  group: "round 0",
  drafts: 4,
  failures: 2,
  median_minutes: 5,
  points: [
    { minutes: 0, surviving: 1, low: 1, high: 1, at_risk: 4 },
    { minutes: 2, surviving: 0.75, low: 0.3, high: 0.9, at_risk: 4 },
    { minutes: 5, surviving: 0.375, low: 0.1, high: 0.8, at_risk: 2 },
    { minutes: 8, surviving: 0.375, low: 0.1, high: 0.8, at_risk: 1 },
  ],
  censored: [3, 8, 8],
};

describe("a survival curve", () => {
  it.each([
    [0, 1],
    [1.9, 1],
    [2, 0.75],
    [4.9, 0.75],
    [100, 0.375],
  ])("stands, after %d minutes, at its last step: %d", (minutes, surviving) => {
    expect(survivingAt(curve.points, minutes)).toBe(surviving);
  });

  it("has one mark on it for each time at which drafts were censored", () => {
    expect(censorings(curve)).toEqual([
      { minutes: 3, surviving: 0.75 },
      { minutes: 8, surviving: 0.375 },
    ]);
  });

  it("is drawn as a band, a stepped line and a mark for each censoring", () => {
    const { container } = render(<SurvivalPlot label="Time to failure" curves={[curve]} />);
    expect(screen.getByRole("img", { name: "Time to failure" })).toBeInTheDocument();
    expect(container.querySelectorAll("path")).toHaveLength(2);
    expect(container.querySelectorAll("g[stroke] line")).toHaveLength(2);
    // A stepped line of four points: horizontal and vertical moves only.
    const corners =
      container
        .querySelector("g[stroke] path")
        ?.getAttribute("d")
        ?.match(/[ML][^ML]+/g) ?? [];
    expect(corners).toHaveLength(7);
  });
});

describe("other charts", () => {
  it("stretch a histogram's bars to their counts, and write the counts over them", () => {
    const { container } = render(<Histogram label="Histogram" axis="egregiousness" counts={[0, 2, 4]} />);
    const heights = [...container.querySelectorAll("rect")].map((bar) => Number(bar.getAttribute("height")));
    expect(heights[0]).toBe(0);
    expect(heights[2]).toBeCloseTo(2 * (heights[1] ?? 0), 6);
    expect([...container.querySelectorAll(".bar-label")].map((text) => text.textContent)).toEqual(["2", "4"]);
  });

  it("put a ratio's dot within its interval, and right of no difference if it is above 1", () => {
    const { container } = render(
      <DotIntervals
        label="Ratios"
        axis="times"
        rows={[{ name: "No tools", value: 2, low: 1.2, high: 3.1 }]}
      />,
    );
    const at = (selector: string, name: string) =>
      Number(container.querySelector(selector)?.getAttribute(name) ?? NaN);
    expect(at(".whisker", "x1")).toBeLessThan(at(".dot", "cx"));
    expect(at(".dot", "cx")).toBeLessThan(at(".whisker", "x2"));
    expect(at(".reference", "x1")).toBeLessThan(at(".whisker", "x1"));
  });

  it("say a row of shares in words", () => {
    render(<ShareBars names={["round 0", "round 1"]} shares={[0.5, 0.125]} />);
    expect(screen.getByRole("img", { name: "round 0: 50 %, round 1: 13 %" })).toBeInTheDocument();
  });
});
