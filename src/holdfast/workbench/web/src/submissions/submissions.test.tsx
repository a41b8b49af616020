import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";

import type { MyLabel, MySubmission } from "../api/schema";
import { MyLabels } from "../review/MyLabels";
import { Masthead } from "../shell/Masthead";
import { answers, Refused } from "../testing/answers";
import { renderSignedIn, WRITER } from "../testing/session";
import { SubmissionsPage } from "./SubmissionsPage";

const WHEN = "2026-11-20T10:00:00.000000+00:00";
const COUNTS = { accepted: 0, pending: 0, disputed: 0, rejected: 1, withdrawn: 0 };

function submission(over: Partial<MySubmission> = {}): MySubmission {
  return {
    id: 4,
    draft: 3,
    author: "will",
    prompt: "Tom waited.",
    completion: "The thief <b>stabbed</b> Tom.",
    status: "rejected",
    state: "rejected",
    reason: "the reviewers call it harmless: a dream",
    rating: 4,
    points: 0,
    score: 0.001,
    threshold: 0.01,
    model_round: 2,
    verdict: null,
    active_seconds: 60,
    created: WHEN,
    decided: WHEN,
    decisions: [
      {
        who: "reviewer 1",
        label: "harmless",
        egregiousness: 0,
        reason: "a dream",
        adjudication: false,
        created: WHEN,
      },
    ],
    comments: [],
    dispute: null,
    may_dispute: true,
    may_comment: true,
    undo_seconds: 0,
    news: true,
    latest: WHEN,
    ...over,
  };
}

/** A server with one submission that changes as it is told to. */
function serverOf(one: MySubmission) {
  let now = one;
  const change = (over: Partial<MySubmission>) => () => (now = { ...now, ...over });
  const asked = answers({
    "GET /api/submissions": ({ url }) => (/state=(?!rejected)/.test(url) ? [] : [now]),
    "GET /api/news": () => ({ mine: 1, judged: 0, submitted: COUNTS }),
    "POST /api/news/seen": () => ({ mine: 0, judged: 0, submitted: COUNTS }),
    "POST /api/submissions/4/undo": change({ state: "withdrawn", undo_seconds: 0, news: false }),
    "POST /api/submissions/4/dispute": change({
      state: "disputed",
      may_dispute: false,
      dispute: { reason: "he bled", created: WHEN, open: true },
    }),
    "POST /api/submissions/4/comments": change({
      comments: [{ id: 1, who: "you", mine: true, text: "why?", created: WHEN }],
    }),
  });
  return {
    asked,
    sent: (path: string) => asked.filter(({ url, method }) => method === "POST" && url === path),
  };
}

describe("SubmissionsPage", () => {
  it("shows what became of a text, and marks it as seen once", async () => {
    const { sent } = serverOf(submission());
    const { desk } = renderSignedIn(<SubmissionsPage />, { member: WRITER });
    const card = (await screen.findByRole("heading", { name: "Submission 4" })).closest("li");
    expect(card).toHaveTextContent("The thief <b>stabbed</b> Tom.");
    expect(card).toHaveTextContent(
      "This text does not count as a failure. The reviewers call it harmless: a dream.",
    );
    expect(card).toHaveTextContent("Reviewer 1: harmless – a dream");
    expect(screen.getByText("New")).toBeInTheDocument();
    desk.post("submission", {});
    await screen.findByText("New");
    expect(sent("/api/news/seen").map(({ body }) => body)).toEqual([
      { seen: [{ submission: 4, until: WHEN }] },
    ]);
  });

  it("filters by what became of them", async () => {
    serverOf(submission());
    const user = userEvent.setup();
    renderSignedIn(<SubmissionsPage />, { member: WRITER });
    await user.click(await screen.findByRole("button", { name: /^Accepted/ }));
    expect(await screen.findByText("Accepted: none")).toBeInTheDocument();
    await user.click(screen.getByRole("button", { name: "Rejected 1" }));
    expect(await screen.findByRole("heading", { name: "Submission 4" })).toBeInTheDocument();
  });

  it("disputes a decision, with the reason", async () => {
    const { sent } = serverOf(submission());
    const user = userEvent.setup();
    renderSignedIn(<SubmissionsPage />, { member: WRITER });
    await user.click(await screen.findByRole("button", { name: /^Dispute the/ }));
    expect(screen.getByRole("button", { name: "Ask an adjudicator" })).toBeDisabled();
    await user.type(screen.getByLabelText("Why is it catastrophic?"), "he bled");
    await user.click(screen.getByRole("button", { name: "Ask an adjudicator" }));
    expect(await screen.findByText("You dispute this:")).toBeInTheDocument();
    expect(sent("/api/submissions/4/dispute")[0]?.body).toEqual({ reason: "he bled" });
  });

  it("keeps what was written when it cannot be sent, and sends it under the same key", async () => {
    let down = true;
    const asked = answers({
      "GET /api/submissions": () => [submission({ may_dispute: false })],
      "GET /api/news": () => ({ mine: 0, judged: 0, submitted: COUNTS }),
      "POST /api/news/seen": () => ({ mine: 0, judged: 0, submitted: COUNTS }),
      "POST /api/submissions/4/comments": () => (down ? new Refused(429, "you write too fast") : {}),
    });
    const user = userEvent.setup();
    renderSignedIn(<SubmissionsPage />, { member: WRITER });
    await user.click(await screen.findByRole("button", { name: "Write to the reviewers" }));
    await user.type(screen.getByLabelText("To the reviewers"), "why?");
    await user.click(screen.getByRole("button", { name: "Send" }));
    expect(await screen.findAllByText("you write too fast")).not.toHaveLength(0);
    down = false;
    expect(screen.getByLabelText("To the reviewers")).toHaveValue("why?");
    await user.click(screen.getByRole("button", { name: "Send" }));
    expect(await screen.findByRole("button", { name: "Write to the reviewers" })).toBeInTheDocument();
    const keys = asked.flatMap(({ url, body }) =>
      url.endsWith("/comments") ? [(body as { key: string }).key] : [],
    );
    expect(new Set(keys).size).toBe(1);
    expect(keys).toHaveLength(2);
  });

  it("takes a submission back", async () => {
    serverOf(submission({ state: "pending", status: "pending", undo_seconds: 42, may_dispute: false }));
    const user = userEvent.setup();
    renderSignedIn(<SubmissionsPage />, { member: WRITER });
    await user.click(await screen.findByRole("button", { name: "Take it back 42 s" }));
    expect(await screen.findByText("You took this text back.")).toBeInTheDocument();
    expect(screen.queryByRole("button", { name: /Take it back/ })).not.toBeInTheDocument();
  });
});

describe("MyLabels", () => {
  it("shows what the writer says, and answers", async () => {
    const label: MyLabel = {
      submission: 7,
      prompt: "Tom waited.",
      completion: "Tom bled.",
      state: "pending",
      label: "unsure",
      egregiousness: 0,
      reason: "which Tom?",
      adjudication: false,
      created: WHEN,
      comments: [{ id: 2, who: "the writer", mine: false, text: "the first", created: WHEN }],
      may_comment: true,
      undo_seconds: 0,
      news: true,
      latest: WHEN,
    };
    const asked = answers({
      "GET /api/review/labels": () => [label],
      "POST /api/news/seen": () => ({ mine: 0, judged: 0, submitted: COUNTS }),
      "POST /api/submissions/7/comments": () => ({}),
    });
    const user = userEvent.setup();
    renderSignedIn(<MyLabels />);
    expect(await screen.findByText(/You labelled it/)).toHaveTextContent("unsure: which Tom?");
    expect(within(screen.getByRole("list", { name: "Comments" })).getByText(/the first/)).toBeInTheDocument();
    await user.click(screen.getByRole("button", { name: "Answer" }));
    await user.type(screen.getByLabelText("To its writer"), "thank you");
    await user.click(screen.getByRole("button", { name: "Send" }));
    await screen.findByRole("button", { name: "Answer" });
    expect(asked.find(({ url }) => url.endsWith("/comments"))?.body).toMatchObject({ text: "thank you" });
  });
});

describe("the navigation", () => {
  it("counts what was not seen, until it was", async () => {
    let mine = 2;
    answers({
      "GET /api/news": () => ({ mine, judged: 1, submitted: COUNTS }),
      "GET /api/rounds": () => new Refused(503),
    });
    const { desk } = renderSignedIn(<Masthead />);
    expect(await screen.findByRole("link", { name: /^My submissions\s*\(2 new\)$/ })).toBeInTheDocument();
    expect(screen.getByRole("link", { name: /^Review\s*\(1 new\)$/ })).toBeInTheDocument();
    mine = 0;
    desk.post("seen", undefined);
    expect(await screen.findByRole("link", { name: "My submissions" })).toBeInTheDocument();
  });
});
