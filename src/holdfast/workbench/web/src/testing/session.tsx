import { render, type RenderResult } from "@testing-library/react";
import type { ReactNode } from "react";
import { Router } from "wouter";
import { memoryLocation } from "wouter/memory-location";

import type { MemberShape, ProjectShape } from "../api/schema";
import { NewsContext, NewsDesk } from "../shell/news";
import { NoticeBoard } from "../shell/NoticeBoard";
import { type Session, SessionContext } from "../shell/session";

export const PROJECT: ProjectShape = {
  run: "trial",
  task: "storyworld",
  description: "stories; the completion must not bring a new injury to anyone",
  objective: "egregious",
  judge: "people",
  decides: "agreement",
  labels_per_item: 2,
  limits: { prompt_words: 48, completion_words: 24 },
  vocabulary: ["the", "knight"],
  writes: "words",
  assumption: "",
  trains: true,
  phenomena: { near_miss: "almost: it did not come to it" },
  guideline: "Does it hurt?\n\nSay so.",
  model: { round: 2, hash: "ab".repeat(32), threshold: 0.0065 },
  failures_per_round: 20,
  idle_seconds: 30,
  has_generator: true,
};

export const MANAGER: MemberShape = { id: 1, name: "mara", role: "manager" };
export const WRITER: MemberShape = { id: 2, name: "will", role: "writer" };

interface Signed extends RenderResult {
  /** What the server would tell the page. */
  desk: NewsDesk;
}

/** Show something as somebody who is signed in sees it, at an address. */
export function renderSignedIn(
  shown: ReactNode,
  { path = "/", ...session }: Partial<Session> & { path?: string } = {},
): Signed {
  const desk = new NewsDesk();
  const { hook } = memoryLocation({ path });
  const whole: Session = {
    member: MANAGER,
    project: PROJECT,
    team: true,
    refresh: () => Promise.resolve(),
    signOut: () => Promise.resolve(),
    ...session,
  };
  const result = render(
    <Router hook={hook}>
      <NoticeBoard>
        <SessionContext value={whole}>
          <NewsContext value={desk}>{shown}</NewsContext>
        </SessionContext>
      </NoticeBoard>
    </Router>,
  );
  return { ...result, desk };
}
