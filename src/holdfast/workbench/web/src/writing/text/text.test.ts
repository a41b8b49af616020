import { describe, expect, it } from "vitest";

import { comparison } from "../../shell/comparison";
import { splice } from "./difference";
import { changeText, clockText, distanceText, scoresText, scoreText } from "./figures";
import { distance, nearestWords } from "./nearest";

describe("splice", () => {
  it.each([
    ["abc", "abc"],
    ["", "abc"],
    ["aaa", "aa"],
    ["He shot Tom.", "He shrank Tom."],
    ["abab", "ab"],
  ])("turns %j into %j", (before, after) => {
    const found = splice(before, after);
    const made = found ? before.slice(0, found.from) + found.insert + before.slice(found.to) : before;
    expect(made).toBe(after);
  });
});

describe("comparison", () => {
  it.each([
    ["The man shot Tom.", "The man shoved Tom."],
    ["One two three.", "Zero one three four."],
    ["", "New."],
    ["Old.", ""],
  ])("of %j and %j holds both texts whole", (before, after) => {
    const pieces = comparison(before, after);
    const without = (kind: string) => pieces.filter((piece) => piece.kind !== kind).map(({ text }) => text);
    expect(without("new").join("")).toBe(before);
    expect(without("gone").join("")).toBe(after);
  });

  it("tells changes word by word, not letter by letter", () => {
    expect(comparison("The man shot Tom.", "The man shoved Tom.")).toEqual([
      { kind: "same", text: "The man " },
      { kind: "gone", text: "shot" },
      { kind: "new", text: "shoved" },
      { kind: "same", text: " Tom." },
    ]);
  });
});

describe("nearest words", () => {
  it.each([
    ["kitten", "sitting", 3],
    ["ca", "ac", 1],
    ["", "abc", 3],
    ["same", "same", 0],
  ])("%s and %s are %i apart", (one, other, far) => expect(distance(one, other)).toBe(far));

  it("come nearest first, and leave out what has nothing in common", () => {
    expect(nearestWords("Shott", ["dog", "shot", "shout", "x"], 2)).toEqual(["shot", "shout"]);
    expect(nearestWords("qqq", ["dog", "shot"])).toEqual([]);
  });
});

describe("figures", () => {
  it.each([
    [0.4769, "47.7 %"],
    [0.0075, "0.75 %"],
    [0.000123, "0.0123 %"],
    [3.14e-7, "3.1 × 10⁻⁷"],
    [0.99999, "99.9990 %"],
    [0, "0 %"],
  ])("the score %d reads %s", (score, text) => expect(scoreText(score)).toBe(text));

  it.each([
    [0.5, 0.05, "÷ 10"],
    [0.05, 0.1, "× 2"],
    [0.873, 0.851, "÷ 1.026"],
    [0.5, 0.5, "="],
  ])("from %d to %d is %s", (before, after, text) => expect(changeText(before, after)).toBe(text));

  it.each([
    [5, "0:05"],
    [65.9, "1:05"],
    [3729, "1:02:09"],
  ])("%d seconds read %s", (seconds, text) => expect(clockText(seconds)).toBe(text));
});

describe("a score beside the threshold", () => {
  it.each([
    [0.5, 0.2, "50 %", "20 %"],
    [0.71312, 0.7129, "71.31 %", "71.29 %"],
    [0.9971203, 0.9971198, "99.71203 %", "99.71198 %"],
    [0.00650001, 0.0065, "0.650001 %", "0.650000 %"],
    [0.25, 0.25, "25 %", "25 %"],
  ])("%d and %d read %s and %s", (score, threshold, one, other) =>
    expect(scoresText(score, threshold)).toEqual([one, other]),
  );

  it.each([
    [0.5, 0.25, "1.1 above"],
    [0.2499, 0.25, "0.00053 below"],
    [0, 0.25, "far below"],
  ])("%d is from %d as far as %s", (score, threshold, text) =>
    expect(distanceText(score, threshold)).toBe(text),
  );
});
