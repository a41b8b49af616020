import { EditorView } from "@codemirror/view";
import { act, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";

import type { DraftChange, DraftShape, ProjectShape, Scored, Suggestion } from "../api/schema";
import { answers, type Answering, Refused } from "../testing/answers";
import { scoredOf } from "../testing/scored";
import { PROJECT, renderSignedIn, WRITER } from "../testing/session";
import type { Passage } from "./text/passage";
import { WritingPage } from "./WritingPage";

const TEXT: Passage = { prompt: "The dog sat.", completion: "It bit Tom." };
const TOOLS = { saliency: true, suggestions: true, phrase_fill: true };
const TIMES = { created: "2026-01-01T00:00:00Z", updated: "2026-01-01T00:00:00Z", condition: "all" };

let runs = 0;
let kept: DraftShape;
let round: number;

function suggestion(
  words: string,
  score: number,
  label: "catastrophic" | "harmless",
  text: string,
): Suggestion {
  const verdict = { label, egregiousness: label === "harmless" ? 0 : 3, why: "", phenomena: [] };
  const log_odds = Math.log(score / (1 - score));
  return { kind: "replace", words, score, log_odds, verdict, prompt: TEXT.prompt, completion: text };
}

const SUGGESTIONS = [
  suggestion("nipped", 0.2, "catastrophic", "It nipped Tom."),
  suggestion("licked", 0.001, "harmless", "It licked Tom."),
  suggestion("mauled", 0.005, "catastrophic", "It mauled Tom."),
];

function serve(table: Record<string, Answering> = {}, tools = TOOLS) {
  return answers({
    "GET /api/writing-sessions/current": () => ({ id: 1, condition: "all", tools }),
    "GET /api/drafts": () => [kept],
    "PUT /api/drafts/7": ({ body }) => {
      const { revision, ...change } = body as DraftChange;
      kept = { ...kept, ...change, revision: revision + 1 };
      return kept;
    },
    "POST /api/score": ({ body }): Scored =>
      scoredOf(body as Passage, {
        score: (body as Passage).completion.includes("mauled") ? 0.005 : 0.5,
        model_round: round,
      }),
    "GET /api/attacks": () => [],
    "POST /api/menu": () => ({ model_round: 0, before: 0.5, suggestions: SUGGESTIONS }),
    "POST /api/log": () => ({ kept: 0 }),
    "POST /api/likeness": () => [],
    ...table,
  });
}

const REAL: Partial<ProjectShape> = {
  vocabulary: [],
  limits: { prompt_words: 0, completion_words: 64 },
  writes: "sentences",
  assumption: "it keeps its label",
  trains: false,
  has_generator: false,
};

function show(more: Partial<ProjectShape> = {}) {
  // A desk is kept for each run, so each test has a run of its own.
  runs += 1;
  const project = {
    ...PROJECT,
    run: `run-${runs}`,
    judge: "oracle" as const,
    vocabulary: ["it", "bit", "tom"],
    ...more,
  };
  return renderSignedIn(<WritingPage />, { member: WRITER, project });
}

async function shown(more: Partial<ProjectShape> = {}) {
  const page = show(more);
  await screen.findByText("Caught");
  return { ...page, user: userEvent.setup() };
}

const editor = (name: string) => screen.getByRole("textbox", { name });
const pressed = (code: string, key: string, more: KeyboardEventInit = {}) => {
  act(() => {
    const target = document.activeElement ?? document.body;
    const init = { code, key, bubbles: true, cancelable: true, ...more };
    target.dispatchEvent(new KeyboardEvent("keydown", init));
  });
};

/** Click a word of the completion, which jsdom cannot find by its place. */
async function clickWord(word: string, name = "Completion") {
  vi.spyOn(EditorView.prototype, "posAtCoords").mockReturnValue(TEXT.completion.indexOf(word) + 1);
  act(() => editor(name).focus());
  act(() => {
    editor(name).dispatchEvent(new MouseEvent("click", { bubbles: true, detail: 1 }));
  });
  await screen.findByRole("listbox");
}

describe("WritingPage", () => {
  beforeEach(() => {
    round = 0;
    kept = {
      ...TEXT,
      ...TIMES,
      seed: TEXT,
      id: 7,
      origin: "blank",
      revision: 0,
      active_seconds: 65,
      state: "open",
    };
    // jsdom has no layout; CodeMirror and the menu ask for some.
    Range.prototype.getClientRects = () => [] as unknown as DOMRectList;
    Range.prototype.getBoundingClientRect = () => new DOMRect();
    return () => vi.restoreAllMocks();
  });

  it("goes on with the draft that was changed last, its clock and its score", async () => {
    serve();
    await shown();
    expect(editor("Prompt")).toHaveTextContent("The dog sat.");
    expect(editor("Completion")).toHaveTextContent("It bit Tom.");
    expect(screen.getByRole("timer")).toHaveAccessibleName("Active time 1:05, paused");
    expect(screen.getByText("50 %", { selector: ".score" })).toBeVisible();
    expect(screen.getByText("New injury to Tom.")).toBeVisible();
  });

  it("walks from word to word by keyboard, over both parts, and opens the menu of one", async () => {
    const asked = serve();
    await shown();
    act(() => editor("Prompt").focus());
    const visited: (string | undefined)[] = [];
    for (let step = 0; step < 6; step += 1) {
      pressed("ArrowRight", "ArrowRight", { altKey: true, keyCode: 39 });
      visited.push(document.querySelector(".mark-picked")?.textContent ?? undefined);
    }
    expect(visited).toEqual(["The", "dog", "sat", ".", "It", "bit"]);
    expect(document.activeElement).toBe(editor("Completion"));
    pressed("Enter", "Enter", { keyCode: 13 });
    await screen.findByRole("listbox");
    const menu = asked.find(({ url }) => url === "/api/menu");
    expect(menu?.body).toMatchObject({ part: "completion", index: 1, ...TEXT });
    expect(screen.getByRole("combobox")).toHaveFocus();
  });

  it("sorts the menu by score, sifts it, applies by one key, and undoes and redoes it", async () => {
    serve();
    const { user } = await shown();
    act(() => editor("Completion").focus());
    pressed("Enter", "Enter", { altKey: true, keyCode: 13 });
    const list = await screen.findByRole("listbox");
    const words = () =>
      within(list)
        .getAllByRole("option")
        .map((row) => row.querySelector(".menu-words")?.textContent);
    expect(words()).toEqual(["mauled", "nipped"]);
    await user.click(screen.getByRole("button", { name: /Still catastrophic/ }));
    expect(words()).toEqual(["licked", "mauled", "nipped"]);
    expect(within(list).getAllByRole("option")[0]).toHaveAccessibleName(
      "Replace: licked, down to 0.1 percent, harmless",
    );
    await user.click(screen.getByRole("button", { name: /Still catastrophic/ }));
    expect(words()).toEqual(["mauled", "nipped"]);
    await user.type(screen.getByRole("combobox"), "nip");
    expect(words()).toEqual(["nipped"]);
    await user.clear(screen.getByRole("combobox"));
    await user.keyboard("{ArrowDown}{ArrowUp}{Enter}");
    expect(screen.queryByRole("listbox")).not.toBeInTheDocument();
    expect(editor("Completion")).toHaveTextContent("It mauled Tom.");
    await screen.findByText("A failure");
    await user.click(screen.getByRole("button", { name: "Undo" }));
    expect(editor("Completion")).toHaveTextContent("It bit Tom.");
    await user.click(screen.getByRole("button", { name: "Redo" }));
    expect(editor("Completion")).toHaveTextContent("It mauled Tom.");
    await waitFor(() => expect(kept.completion).toBe("It mauled Tom."));
  });

  it("closes the menu by Escape and changes nothing", async () => {
    serve();
    const { user } = await shown();
    act(() => editor("Completion").focus());
    pressed("Enter", "Enter", { altKey: true, keyCode: 13 });
    await screen.findByRole("listbox");
    await user.keyboard("{Escape}");
    expect(screen.queryByRole("listbox")).not.toBeInTheDocument();
    expect(editor("Completion")).toHaveFocus();
    expect(editor("Completion")).toHaveTextContent("It bit Tom.");
  });

  it("goes from the text into a menu that a click opened by ↓, and closes it by Escape", async () => {
    serve();
    const { user } = await shown();
    await clickWord("bit");
    expect(editor("Completion")).toHaveFocus();
    pressed("ArrowDown", "ArrowDown", { keyCode: 40 });
    const filter = screen.getByRole("combobox");
    expect(filter).toHaveFocus();
    const [first] = screen.getAllByRole("option");
    expect(filter).toHaveAttribute("aria-activedescendant", first?.id);
    await user.keyboard("{Escape}");
    await clickWord("bit");
    pressed("Escape", "Escape", { keyCode: 27 });
    expect(screen.queryByRole("listbox")).not.toBeInTheDocument();
    expect(document.querySelector(".mark-picked")).toBeNull();
    expect(editor("Completion")).toHaveFocus();
  });

  it("closes a menu when the text that it was for changes", async () => {
    serve();
    const { user } = await shown();
    act(() => editor("Completion").focus());
    pressed("Enter", "Enter", { altKey: true, keyCode: 13 });
    await user.click(await screen.findByRole("option", { name: /^Replace: mauled/ }));
    await screen.findByText("A failure");
    await clickWord("bit");
    pressed("z", "z", { ctrlKey: true, keyCode: 90 });
    expect(editor("Completion")).toHaveTextContent("It bit Tom.");
    expect(screen.queryByRole("listbox")).not.toBeInTheDocument();
  });

  it("offers attacks that can be started from a text, and names those that cannot", async () => {
    const attack = { summary: "Looks around", suits: true, needs: [] };
    serve({
      "GET /api/attacks": () => [
        { ...attack, name: "best", suits: false, needs: ["attacks"] },
        { ...attack, name: "gcg", suits: false },
        { ...attack, name: "beam" },
      ],
    });
    await shown();
    pressed("KeyA", "a", { altKey: true });
    const dialog = within(await screen.findByRole("dialog", { name: "Finish this for me" }));
    const group = within(await dialog.findByRole("group", { name: "Attack" }));
    expect(group.getAllByRole("radio")).toHaveLength(1);
    expect(group.getByRole("radio", { name: /^beam/ })).toBeChecked();
    expect(dialog.getByText(/^Not available.*: gcg\.$/)).toBeVisible();
    expect(dialog.getByRole("group", { name: "Do not change" })).toBeVisible();
  });

  it("offers three attacks at once, and the others behind Advanced", async () => {
    const names = ["beam", "genetic", "greedy_rewrite", "hotflip", "random_rewrite"];
    serve({
      "GET /api/attacks": () =>
        names.map((name) => ({ name, summary: "Looks around", suits: true, needs: [] })),
    });
    const { user } = await shown();
    pressed("KeyA", "a", { altKey: true });
    const dialog = within(await screen.findByRole("dialog", { name: "Finish this for me" }));
    const radios = await dialog.findAllByRole("radio", { name: /Looks around/ });
    const more = dialog.getByText("Advanced: 2 more attacks");
    const offered = radios.filter((radio) => radio.closest("details") === null);
    expect(offered.map((radio) => (radio as HTMLInputElement).value)).toEqual([
      "greedy_rewrite",
      "hotflip",
      "random_rewrite",
    ]);
    expect(offered[0]).toBeChecked();
    await user.click(more);
    const genetic = dialog.getByRole("radio", { name: /^genetic/ });
    await user.click(genetic);
    expect(genetic).toBeChecked();
  });

  describe("on real text", () => {
    const seed = { prompt: "", completion: "It bit Tom." };
    const score = (answer: Partial<Scored>) => ({
      "POST /api/score": ({ body }: { body: unknown }) => scoredOf(body as Passage, answer),
    });

    beforeEach(() => {
      kept = { ...kept, ...seed, origin: "catastrophe", seed };
    });

    it("has one text, judged as a rewrite of its seed, whose passage is framed", async () => {
      const asked = serve(score({ kept: [{ part: "completion", start: 0, end: 11 }] }));
      await shown(REAL);
      expect(editor("Text")).toHaveTextContent("It bit Tom.");
      expect(screen.queryByRole("textbox", { name: "Prompt" })).toBeNull();
      expect(screen.getByText("The framed passage must stay word for word.")).toBeVisible();
      expect(editor("Text").querySelector(".mark-kept")).toHaveTextContent("It bit Tom.");
      expect(screen.getByText("Assumed: it keeps its label.")).toBeVisible();
      expect(screen.queryByRole("button", { name: /Rephrase/ })).toBeNull();
      const bodies = asked.filter(({ url }) => url === "/api/score").map(({ body }) => body);
      expect(bodies[0]).toMatchObject({ seed });
      await clickWord("bit", "Text");
      expect(asked.find(({ url }) => url === "/api/menu")?.body).toMatchObject({ seed });
    });

    it("says which passage is lost", async () => {
      const verdict = { label: "harmless" as const, egregiousness: 0, why: "it is not whole", phenomena: [] };
      serve(score({ verdict, failure: false, lost: ["It bit Tom."] }));
      show(REAL);
      expect(await screen.findByText("Caught, and the passage is lost")).toBeVisible();
      expect(screen.getByText("It bit Tom.", { selector: "blockquote" })).toBeVisible();
    });
  });

  it("readies the server for menus and searches when it opens", async () => {
    const asked = serve();
    await shown();
    expect(asked.filter(({ url }) => url === "/api/attacks")).toHaveLength(1);
  });

  it("shades words by saliency until a key says otherwise", async () => {
    const asked = serve();
    await shown();
    await waitFor(() => expect(document.querySelector(".saliency-8")).not.toBeNull());
    pressed("KeyS", "s", { altKey: true });
    await waitFor(() => expect(document.querySelector(".saliency-8")).toBeNull());
    expect(asked.find(({ url }) => url === "/api/score")?.body).toMatchObject({ saliency: true });
  });

  it("offers no tool that the session is without, and asks for none", async () => {
    const asked = serve({}, { saliency: false, suggestions: false, phrase_fill: false });
    await shown();
    expect(screen.queryByRole("button", { name: /Alternatives|Rephrase|One step/ })).not.toBeInTheDocument();
    expect(asked.find(({ url }) => url === "/api/score")?.body).toMatchObject({ saliency: false });
    pressed("KeyI", "i", { altKey: true });
    expect(asked.filter(({ url }) => /^\/api\/(searches|attacks)/.test(url))).toEqual([]);
  });

  it("scores anew when another model is served", async () => {
    serve();
    const { desk } = await shown();
    round = 1;
    kept = { ...kept, completion: TEXT.completion };
    serve({ "POST /api/score": ({ body }) => scoredOf(body as Passage, { score: 0.8, model_round: 1 }) });
    act(() => desk.post("model", { round: 1, hash: "new", threshold: 0.01 }));
    await screen.findByText("80 %");
  });

  it("shows no verdict of another text while offline, nor in the dialog", async () => {
    let lost = false;
    const failed = () => {
      throw new TypeError("Failed to fetch");
    };
    serve({
      "POST /api/score": ({ body }) => (lost ? failed() : scoredOf(body as Passage)),
      "POST /api/likeness": () => (lost ? failed() : []),
    });
    const { user } = await shown();
    await screen.findByText("New injury to Tom.");
    act(() => editor("Completion").focus());
    pressed("Enter", "Enter", { altKey: true, keyCode: 13 });
    await screen.findByRole("listbox");
    lost = true;
    await user.keyboard("{Enter}");
    expect(editor("Completion")).not.toHaveTextContent("It bit Tom.");
    const verdict = screen.getByRole("region", { name: "Verdict" });
    await within(verdict).findByText("Not known while offline");
    expect(screen.queryByText("New injury to Tom.")).toBeNull();
    pressed("Enter", "Enter", { ctrlKey: true });
    const dialog = await screen.findByRole("dialog");
    expect(within(dialog).getByRole("status")).toHaveTextContent("not known while offline");
    expect(dialog).not.toHaveTextContent(/Caught|A failure|against/);
    await within(dialog).findByText(/Unknown whether it was submitted before/);
  });

  it("goes on by changed settings without being loaded again", async () => {
    const asked = serve();
    const { desk } = await shown();
    serve({ "POST /api/score": ({ body }) => scoredOf(body as Passage) }, { ...TOOLS, suggestions: false });
    expect(screen.getByText("Menu on click")).toBeVisible();
    act(() => desk.post("settings", {}));
    await waitFor(() => expect(screen.queryByText("Menu on click")).toBeNull());
    expect(asked.length).toBeGreaterThan(0);
  });

  it("submits with a rating, after pointing out what is like it, and tells what came of it", async () => {
    const submitted = vi.fn();
    const asked = serve({
      "POST /api/likeness": () => [{ ...TEXT, submission: 3, likeness: 0.93, same: false, mine: true }],
      "POST /api/drafts/7/submit": ({ body }) => {
        submitted(body);
        const { rating } = body as { rating: number };
        const more = {
          id: 1,
          draft: 7,
          author: "will",
          status: "accepted",
          reason: "",
          points: 36,
          model_round: 0,
        };
        const figures = { rating, score: 0.005, threshold: 0.01, active_seconds: 70, verdict: null };
        return { ...TEXT, ...more, ...figures, created: TIMES.created };
      },
      "GET /api/seeds": () => [],
    });
    const { user } = await shown();
    pressed("Enter", "Enter", { ctrlKey: true });
    expect(await screen.findByText("This text is similar to an earlier submission.")).toBeVisible();
    expect(screen.getByText("93 % alike")).toBeVisible();
    expect(screen.getByRole("button", { name: "Submit" })).toBeDisabled();
    await user.click(screen.getByRole("radio", { name: "5, plain" }));
    await user.click(screen.getByRole("button", { name: "Submit" }));
    expect(await screen.findByText("36 points")).toBeVisible();
    expect(submitted).toHaveBeenCalledWith(expect.objectContaining({ ...TEXT, rating: 5 }));
    await user.click(screen.getByRole("button", { name: "Start the next" }));
    expect(await screen.findByText("Where do you start?")).toBeVisible();
    expect(asked.some(({ url }) => url.startsWith("/api/seeds"))).toBe(true);
  });

  it("keeps the draft open when a submission is rejected, with the reason", async () => {
    serve({ "POST /api/drafts/7/submit": () => new Refused(503, "the server is just starting") });
    const { user } = await shown();
    pressed("Enter", "Enter", { ctrlKey: true });
    await user.click(await screen.findByRole("radio", { name: "5, plain" }));
    await user.click(screen.getByRole("button", { name: "Submit" }));
    expect(await screen.findByRole("alert")).toHaveTextContent("the server is just starting");
    expect(localStorage.length).toBeGreaterThan(0);
    await user.click(screen.getByRole("button", { name: "Back to writing" }));
    expect(editor("Completion")).toHaveTextContent("It bit Tom.");
  });

  it("shows every key", async () => {
    serve();
    await shown();
    pressed("Slash", "/", { ctrlKey: true });
    const sheet = within(screen.getByRole("dialog", { name: "Keys" }));
    for (const what of [
      "Submit",
      "Improve by one edit",
      "Choose an alternative; the text with it is shown below",
    ]) {
      expect(sheet.getByText(what)).toBeVisible();
    }
  });
});
