import { describe, expect, it } from "vitest";

import { count, duration, figure, maybe, probability, share, withInterval } from "./numbers";

describe("numbers", () => {
  it.each([
    [0, "0"],
    [1, "1"],
    [0.12345, "0.123"],
    [1234.5, "1,230"],
    [-0.5, "\u22120.5"],
    [0.00001234, "1.23e\u22125"],
    [12345678, "1.23e+7"],
  ])("writes %d as %s", (value, text) => {
    expect(figure(value)).toBe(text);
  });

  it.each([
    [probability(0.0065), "0.65 %"],
    [probability(1e-7), "1.00e\u22125 %"],
    [share(null), "–"],
    [share(0.876), "88 %"],
    [maybe(null), "–"],
    [withInterval({ value: 3.14159, low: 2, high: 4.5 }), "3.14 (2 to 4.5)"],
    [withInterval({ value: 3, low: null, high: null }), "3"],
    [withInterval({ value: null, low: null, high: null }), "–"],
    [count(1, "draft"), "1 draft"],
    [count(1200, "draft"), "1,200 drafts"],
    [duration(12.4), "12\u00a0s"],
    [duration(90), "2\u00a0min"],
    [duration(3600), "1\u00a0h"],
    [duration(3900), "1\u00a0h\u00a05\u00a0min"],
  ])("writes %s", (written, expected) => {
    expect(written).toBe(expected);
  });
});
