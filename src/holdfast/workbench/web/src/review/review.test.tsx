import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";

import type { LabelRequest } from "../api/schema";
import { answers, Refused } from "../testing/answers";
import { PROJECT, renderSignedIn } from "../testing/session";
import { Agreement } from "./Agreement";
import { Disagreements } from "./Disagreements";
import { Queue } from "./Queue";
import { ReviewPage } from "./ReviewPage";

const item = (submission: number, waiting: number) => ({
  submission,
  seed: null as { prompt: string; completion: string } | null,
  waiting,
  prompt: `<b>prompt ${submission}</b>`,
  completion: `completion ${submission}`,
});

/** A queue of two items, and what is sent for them. */
function queueOfTwo() {
  const items = [item(7, 2), item(9, 1)];
  const sent: { submission: number; label: LabelRequest }[] = [];
  const keep = (submission: number) => ({
    [`POST /api/review/${submission}`]: ({ body }: { body: unknown }) => {
      sent.push({ submission, label: body as LabelRequest });
      items.shift();
      return { submission, status: "pending", labels: 1, needed: 2, kept: true };
    },
  });
  answers({ "GET /api/review/next": () => items[0] ?? null, ...keep(7), ...keep(9) });
  return sent;
}

describe("Queue", () => {
  it("is worked through by keys alone: label, egregiousness, send, next", async () => {
    const sent = queueOfTwo();
    const user = userEvent.setup();
    renderSignedIn(<Queue />);
    expect(await screen.findByText("completion 7")).toBeInTheDocument();
    expect(screen.getByText("<b>prompt 7</b>")).toBeInTheDocument();
    await user.keyboard("c8{Enter}");
    expect(await screen.findByText("completion 9")).toBeInTheDocument();
    expect(screen.getByRole("heading", { name: "Item 9" })).toHaveFocus();
    await user.keyboard("u{Enter}");
    expect(await screen.findByText("No items to label")).toBeInTheDocument();
    expect(sent).toEqual([
      { submission: 7, label: { label: "catastrophic", egregiousness: 8, reason: "" } },
      { submission: 9, label: { label: "unsure", egregiousness: null, reason: "" } },
    ]);
  });

  it.each(["u", "h"])("does not turn %s and a digit into catastrophic", async (key) => {
    const sent = queueOfTwo();
    const user = userEvent.setup();
    renderSignedIn(<Queue />);
    await screen.findByText("completion 7");
    await user.keyboard(`${key}9x{Enter}`);
    await screen.findByText("completion 9");
    expect(sent).toEqual([
      {
        submission: 7,
        label: { label: key === "u" ? "unsure" : "harmless", egregiousness: null, reason: "" },
      },
    ]);
  });

  it("presets no egregiousness, and sends nothing catastrophic without one", async () => {
    const sent = queueOfTwo();
    const user = userEvent.setup();
    renderSignedIn(<Queue />);
    await screen.findByText("completion 7");
    await user.keyboard("5c{Enter}");
    expect(screen.getAllByText("Say how egregious it is, 0 to 10.")).not.toHaveLength(0);
    expect(screen.getByRole("button", { name: /Send/ })).toBeDisabled();
    expect(screen.queryAllByRole("radio", { checked: true })).toHaveLength(1);
    expect(sent).toEqual([]);
    await user.click(screen.getByRole("radio", { name: "3" }));
    await user.keyboard("{Enter}");
    await screen.findByText("completion 9");
    expect(sent[0]?.label.egregiousness).toBe(3);
  });

  it("takes the last label back, and shows its item again", async () => {
    let next = item(7, 2);
    const asked = answers({
      "GET /api/review/next": () => next,
      "POST /api/review/7": () => {
        next = item(9, 1);
        return { submission: 7, status: "pending", labels: 1, needed: 2, kept: true };
      },
      "DELETE /api/review/7": () => item(7, 2),
    });
    const user = userEvent.setup();
    renderSignedIn(<Queue />);
    await screen.findByText("completion 7");
    await user.keyboard("h{Enter}");
    await screen.findByText("completion 9");
    await user.click(screen.getByRole("button", { name: /Take it back/ }));
    expect(await screen.findByText("completion 7")).toBeInTheDocument();
    expect(asked.some(({ method }) => method === "DELETE")).toBe(true);
    expect(screen.queryByRole("button", { name: /Take it back/ })).not.toBeInTheDocument();
  });

  it("names characters that cannot be seen or look like others", async () => {
    answers({
      "GET /api/review/next": () => ({ ...item(7, 1), prompt: "T\u043em", completion: "st\u200babbed" }),
    });
    renderSignedIn(<Queue />);
    expect(await screen.findByText("zero width space")).toHaveAttribute("title", "ZERO WIDTH SPACE (U+200B)");
    expect(screen.getByRole("note")).toHaveTextContent(
      "Cyrillic letter (U+043E), ZERO WIDTH SPACE (U+200B).",
    );
  });

  it("shows what a text was made of beside it, with what changed marked", async () => {
    const seed = { prompt: "", completion: "they all burn <b>it</b>" };
    answers({
      "GET /api/review/next": () => ({
        ...item(4, 1),
        seed,
        prompt: "",
        completion: "they all scorch <b>it</b>",
      }),
    });
    renderSignedIn(<Queue />);
    const text = await screen.findByRole("region", { name: "The text to judge" });
    expect(text.querySelector("p")).toHaveTextContent("they all scorch <b>it</b>");
    expect(within(text).getByText("scorch").tagName).toBe("INS");
    const made = screen.getByRole("region", { name: "The original text" });
    expect(made.querySelector("p")).toHaveTextContent("they all burn <b>it</b>");
    expect(within(made).getByText("burn").tagName).toBe("DEL");
  });

  it("sends nothing until a label is chosen, and writes letters where a reason is written", async () => {
    const sent = queueOfTwo();
    const user = userEvent.setup();
    renderSignedIn(<Queue />);
    await screen.findByText("completion 7");
    await user.keyboard("{Enter}");
    expect(screen.getByRole("button", { name: /Send/ })).toBeDisabled();
    await user.click(screen.getByLabelText(/Reason/));
    await user.keyboard("such harm");
    expect(screen.getByLabelText(/Harmless/)).not.toBeChecked();
    await user.click(screen.getByLabelText(/Harmless/));
    await user.click(screen.getByRole("button", { name: /Send/ }));
    await screen.findByText("completion 9");
    expect(sent).toEqual([
      { submission: 7, label: { label: "harmless", egregiousness: null, reason: "such harm" } },
    ]);
  });

  it("keeps what was chosen when the server refuses it", async () => {
    answers({
      "GET /api/review/next": () => item(7, 1),
      "POST /api/review/7": () => new Refused(409, "you have labelled this already"),
    });
    const user = userEvent.setup();
    renderSignedIn(<Queue />);
    await screen.findByText("completion 7");
    await user.keyboard("h{Enter}");
    expect(await screen.findByRole("listitem")).toHaveTextContent("you have labelled this already");
    expect(screen.getByLabelText(/Harmless/)).toBeChecked();
  });

  it("has its single keys turned off and remembers it", async () => {
    queueOfTwo();
    const user = userEvent.setup();
    renderSignedIn(<Queue />);
    await screen.findByText("completion 7");
    await user.click(screen.getByLabelText("Single keys"));
    await user.keyboard("h");
    expect(screen.getByLabelText(/Harmless/)).not.toBeChecked();
    expect(localStorage.getItem("holdfast.review.keys")).toBe("off");
  });

  it("shows an item as soon as there is one", async () => {
    let next: unknown = null;
    answers({ "GET /api/review/next": () => next });
    const { desk } = renderSignedIn(<Queue />);
    await screen.findByText("No items to label");
    next = item(3, 1);
    desk.post("review", {});
    expect(await screen.findByText("completion 3")).toBeInTheDocument();
  });
});

describe("Disagreements", () => {
  it("shows the labels, and settles an item", async () => {
    const label = { reason: "", adjudication: false, created: "2026-11-20T10:00:00+00:00" };
    let open = [
      {
        ...item(5, 0),
        dispute: "but he bled",
        comments: [{ id: 1, who: "the writer", mine: false, text: "look again", created: label.created }],
        labels: [
          { ...label, reviewer: "rhea", label: "catastrophic", egregiousness: 4 },
          { ...label, reviewer: "rob", label: "harmless", egregiousness: 0 },
        ],
      },
    ];
    const asked = answers({
      "GET /api/review/disagreements": () => open,
      "POST /api/review/5/adjudication": () => {
        open = [];
        return { submission: 5, status: "rejected", labels: 3, needed: 2 };
      },
    });
    const user = userEvent.setup();
    renderSignedIn(<Disagreements />);
    const table = await screen.findByRole("table", { name: "Labels of item 5" });
    const rows = within(table).getAllByRole("row").slice(1);
    expect(rows.map((row) => row.textContent)).toEqual([
      expect.stringContaining("rheaCatastrophic4"),
      expect.stringContaining("robHarmless–"),
    ]);
    expect(screen.getByText("but he bled")).toBeInTheDocument();
    expect(screen.getByRole("list", { name: "Comments" })).toHaveTextContent("look again");
    expect(screen.queryByLabelText("Unsure")).not.toBeInTheDocument();
    await user.click(screen.getByLabelText("Harmless"));
    await user.click(screen.getByRole("button", { name: "Settle" }));
    expect(await screen.findByText("No disagreements")).toBeInTheDocument();
    expect(asked.find(({ method }) => method === "POST")?.body).toMatchObject({ label: "harmless" });
  });
});

describe("Agreement", () => {
  const alpha = { name: "all", items: 12, labels: 24, alpha: 0.71, low: 0.5, high: 0.88 };
  const undefinedAlpha = { ...alpha, alpha: null, low: null, high: null };

  it("shows alpha with its interval, by reviewer and by day", async () => {
    answers({
      "GET /api/review/agreement": () => ({
        confidence: 0.95,
        overall: alpha,
        reviewers: [{ ...alpha, name: "rhea" }],
        days: [
          { ...alpha, name: "2026-11-20" },
          { ...undefinedAlpha, name: "2026-11-21" },
        ],
        unsure_share: 0.125,
        adjudicated: 2,
      }),
    });
    const { container } = renderSignedIn(<Agreement />);
    expect(await screen.findByText("95 % interval 0.5 to 0.88")).toBeInTheDocument();
    const byDay = screen.getByRole("table", { name: "Agreement by day" });
    expect(within(byDay).getAllByRole("row")[2]).toHaveTextContent("2026-11-21");
    // A day whose alpha is not defined has no dot, yet its row in the table.
    expect(container.querySelectorAll("circle")).toHaveLength(1);
  });

  it("says when alpha is not defined, and when there is nothing at all", async () => {
    let overall: unknown = undefinedAlpha;
    answers({
      "GET /api/review/agreement": () => ({
        confidence: 0.95,
        overall,
        reviewers: [],
        days: [],
        unsure_share: null,
        adjudicated: 0,
      }),
    });
    const { desk } = renderSignedIn(<Agreement />);
    expect(await screen.findByText(/not defined yet/)).toBeInTheDocument();
    overall = { ...undefinedAlpha, items: 0, labels: 0 };
    desk.post("review", {});
    expect(await screen.findByText("No labels yet")).toBeInTheDocument();
  });
});

describe("ReviewPage", () => {
  it("says that the majority decides where the configuration has people judge", async () => {
    answers({ "GET /api/review/next": () => null });
    renderSignedIn(<ReviewPage />, { project: { ...PROJECT, decides: "majority", labels_per_item: 3 } });
    expect(await screen.findByText(/The majority of 3 people decides about a text/)).toBeInTheDocument();
    expect(screen.queryByRole("tab", { name: "Disagreements" })).not.toBeInTheDocument();
  });

  it("says that there is nothing to review beside an oracle", async () => {
    answers({});
    renderSignedIn(<ReviewPage />, { project: { ...PROJECT, judge: "oracle" } });
    await waitFor(() => expect(document.title).toBe("Review · Holdfast"));
    expect(screen.getByText("Nothing to review")).toBeInTheDocument();
  });
});
