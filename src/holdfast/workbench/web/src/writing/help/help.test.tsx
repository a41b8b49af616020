import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";

import type { ProjectShape, WordClass } from "../../api/schema";
import { answers, type Answering } from "../../testing/answers";
import { PROJECT, renderSignedIn, WRITER } from "../../testing/session";
import { WritingPage } from "../WritingPage";

const CLASSES: readonly WordClass[] = [
  { name: "animal", words: ["dog", "dogs", "cat"] },
  { name: "hurting", words: ["bit", "burned"] },
];

let runs = 0;

/** The page of a writer who has no draft yet. */
function show(more: Partial<ProjectShape> = {}, table: Record<string, Answering> = {}, run?: string) {
  answers({
    "GET /api/writing-sessions/current": () => ({
      id: 1,
      condition: "all",
      tools: { saliency: true, suggestions: true, phrase_fill: true },
    }),
    "GET /api/drafts": () => [],
    "GET /api/seeds": () => [],
    "GET /api/vocabulary": () => CLASSES,
    "GET /api/attacks": () => [],
    ...table,
  });
  runs += 1;
  const project = { ...PROJECT, judge: "oracle" as const, ...more, run: run ?? `help-${runs}` };
  return { ...renderSignedIn(<WritingPage />, { member: WRITER, project }), user: userEvent.setup() };
}

const steps = () => screen.findByRole("region", { name: "How it works" });

describe("How it works", () => {
  it("explains the words of the workbench to somebody new, until it is put away for good", async () => {
    const { user, unmount } = show({}, {}, "help-known");
    const card = within(await steps());
    for (const term of ["Catastrophe", "Score", "Threshold", "Near miss", "Points"]) {
      expect(card.getByText(term)).toBeVisible();
    }
    expect(card.getByText(/below the threshold, which is 0\.65 % now/)).toBeVisible();
    await user.click(card.getByRole("button", { name: "Got it" }));
    expect(screen.queryByRole("region", { name: "How it works" })).toBeNull();
    unmount();

    show({}, {}, "help-known");
    expect(await screen.findByRole("heading", { name: "Where do you start?" })).toBeVisible();
    expect(screen.queryByRole("region", { name: "How it works" })).toBeNull();
  });

  it("is opened again by its button, and says nothing of near misses where there are none", async () => {
    const { user } = show({ assumption: "it keeps its label", trains: false }, {}, "help-known");
    await screen.findByRole("heading", { name: "Where do you start?" });
    await user.click(screen.getByRole("button", { name: "How it works" }));
    const dialog = within(await screen.findByRole("dialog", { name: "How it works" }));
    expect(dialog.queryByText("Near miss")).toBeNull();
    expect(dialog.queryByText(/trained on what you find/)).toBeNull();
    await user.click(dialog.getByText("Close", { selector: "button" }));
    expect(screen.queryByRole("dialog")).toBeNull();
  });
});

describe("Words", () => {
  it("shows the vocabulary by class, and finds a word or a class", async () => {
    const { user } = show();
    await user.click(await screen.findByRole("button", { name: "Words" }));
    const dialog = within(await screen.findByRole("dialog", { name: "Words" }));
    expect(await dialog.findByRole("status")).toHaveTextContent("5 words in 2 classes.");
    const search = dialog.getByRole("searchbox", { name: /Find a word/ });
    await user.type(search, "dog");
    expect(dialog.getByRole("status")).toHaveTextContent("2 words in 1 class.");
    expect(dialog.getByText("dog dogs")).toBeVisible();
    expect(dialog.queryByText("hurting")).toBeNull();
    await user.clear(search);
    await user.type(search, "Hurt");
    expect(dialog.getByText("bit burned")).toBeVisible();
  });

  it("says where any word may be written", async () => {
    const { user } = show({}, { "GET /api/vocabulary": () => [] });
    await user.click(await screen.findByRole("button", { name: "Words" }));
    expect(await screen.findByText("Any word may be used here.")).toBeVisible();
  });
});
