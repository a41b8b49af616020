import { describe, expect, it } from "vitest";

import { Manuscript } from "./manuscript";

const START = { prompt: "A dog sat.", completion: "It bit Tom." };

function manuscript() {
  let now = 0;
  const made = new Manuscript(START, () => now);
  const type = (passage: Partial<typeof START>, part: "prompt" | "completion", after = 50) => {
    now += after;
    const place = { part, anchor: 1, head: 1 };
    made.write({ ...made.passage, ...passage }, "typing", place, place);
  };
  return { made, type };
}

describe("Manuscript", () => {
  it("undoes changes of both parts in the order that they were made, whatever made them", () => {
    const { made, type } = manuscript();
    type({ prompt: "A dog sat. X" }, "prompt");
    type({ completion: "It bit Tom. Y" }, "completion");
    made.write({ ...made.passage, completion: "It nipped Tom." }, "suggestion");
    const states = [made.passage];
    while (made.undo()) states.push(made.passage);
    expect(states).toEqual([
      { prompt: "A dog sat. X", completion: "It nipped Tom." },
      { prompt: "A dog sat. X", completion: "It bit Tom. Y" },
      { prompt: "A dog sat. X", completion: "It bit Tom." },
      START,
    ]);
    while (made.redo());
    expect(made.passage).toEqual(states[0]);
  });

  it.each([
    ["in one go is one step", 50, 1],
    ["with a pause is two steps", 5000, 2],
  ])("typing %s", (_, pause, steps) => {
    const { made, type } = manuscript();
    type({ completion: "It bit Tom. a" }, "completion");
    type({ completion: "It bit Tom. ab" }, "completion", pause);
    let undone = 0;
    while (made.undo()) undone += 1;
    expect(undone).toBe(steps);
    expect(made.passage).toEqual(START);
  });

  it("does not join typing with what came before it was sealed", () => {
    const { made, type } = manuscript();
    type({ completion: "It bit Tom. a" }, "completion");
    made.seal();
    type({ completion: "It bit Tom. ab" }, "completion");
    made.undo();
    expect(made.passage.completion).toBe("It bit Tom. a");
  });

  it("forgets what was undone when something else is written", () => {
    const { made, type } = manuscript();
    type({ prompt: "B" }, "prompt");
    made.undo();
    type({ prompt: "C" }, "prompt");
    expect(made.redo()).toBe(false);
    expect(made.page.read().canRedo).toBeNull();
  });

  it("names what undo would take back", () => {
    const { made } = manuscript();
    made.write({ ...START, prompt: "B" }, "attack");
    expect(made.page.read().canUndo).toBe("attack");
  });

  it("begins another history with another document", () => {
    const { made, type } = manuscript();
    type({ prompt: "B" }, "prompt");
    made.open({ prompt: "", completion: "" });
    expect(made.undo()).toBe(false);
  });
});
