import { api } from "../api/client";
import type { LogEntry, Menu, Scored, Seed, SubmissionRequest, WordClass } from "../api/schema";
import type { DraftCalls } from "./drafts/draftCalls";
import type { Part, Passage } from "./text/passage";
import { passageOf } from "./text/passage";
import type { SearchCalls } from "./tools/search";

/** What the editor asks of the server. */

/** Where a rewrite is judged by what it grew from, `seed` is that text. */
export function score(
  passage: Passage,
  seed: Passage | null,
  saliency: boolean,
  signal: AbortSignal,
): Promise<Scored> {
  return api.post("/api/score", {
    body: { ...passageOf(passage), seed, saliency },
    signal,
    repeatable: true,
  });
}

/** The words that may be written, by class; none where any may be. */
export function vocabulary(signal: AbortSignal): Promise<readonly WordClass[]> {
  return api.get("/api/vocabulary", { signal });
}

/** Replacements, insertions and a deletion at one word. */
export function menu(
  passage: Passage,
  seed: Passage | null,
  part: Part,
  index: number,
  signal: AbortSignal,
): Promise<Menu> {
  const body = { ...passageOf(passage), seed, part, index, most: 150 };
  return api.post("/api/menu", { body, signal, repeatable: true });
}

/** Other ways to write the words from `start` to before `stop`. */
export function phrases(
  passage: Passage,
  seed: Passage | null,
  part: Part,
  start: number,
  stop: number,
  signal: AbortSignal,
): Promise<Menu> {
  const body = { ...passageOf(passage), seed, part, start, stop, most: 60 };
  return api.post("/api/phrases", { body, signal, repeatable: true });
}

export const searches: SearchCalls = {
  start: (body) => api.post("/api/searches", { body }),
  stop: (id) => api.delete("/api/searches/{id}", { path: { id } }),
};

export const drafts: DraftCalls = {
  create: (body) => api.post("/api/drafts", { body, repeatable: true }),
  change: (number, body, keepalive) => api.put("/api/drafts/{number}", { path: { number }, body, keepalive }),
  read: (number) => api.get("/api/drafts/{number}", { path: { number } }),
};

export const submit = (number: number, body: SubmissionRequest) =>
  api.post("/api/drafts/{number}/submit", { path: { number }, body, repeatable: true });

export const takeBack = (submission: number) =>
  api.post("/api/submissions/{submission}/undo", { path: { submission }, repeatable: true });

export async function sendLog(entries: readonly LogEntry[], keepalive: boolean): Promise<void> {
  await api.post("/api/log", { body: { entries: [...entries] }, keepalive, repeatable: true });
}

export const openDrafts = (signal?: AbortSignal) => api.get("/api/drafts", signal ? { signal } : {});

export const discardDraft = (number: number) => api.delete("/api/drafts/{number}", { path: { number } });

export const seeds = (kind: Seed["origin"], count: number, signal: AbortSignal) =>
  api.get("/api/seeds", { query: { kind, count }, signal });

export const likeness = (passage: Passage, signal: AbortSignal) =>
  api.post("/api/likeness", { body: passageOf(passage), signal, repeatable: true });

export const attacks = (signal: AbortSignal) => api.get("/api/attacks", { signal });

export const currentWritingSession = (signal: AbortSignal) =>
  api.get("/api/writing-sessions/current", { signal });
