import { createContext, use, useEffect, useEffectEvent } from "react";

import type { ModelShape } from "../api/schema";

/** What the server tells every open page, by the event's name. */
export interface News {
  model: ModelShape;
  round: unknown;
  review: unknown;
  submission: unknown;
  settings: unknown;
  comment: unknown;
  /** From this page itself: it has told the server what was seen. */
  seen: unknown;
}

export type NewsKind = keyof News;

/** Hands each piece of news to those who asked for its kind. */
export class NewsDesk {
  readonly #listeners: { [Kind in NewsKind]: Set<(data: News[Kind]) => void> } = {
    model: new Set(),
    round: new Set(),
    review: new Set(),
    submission: new Set(),
    settings: new Set(),
    comment: new Set(),
    seen: new Set(),
  };

  on<Kind extends NewsKind>(kind: Kind, listener: (data: News[Kind]) => void): () => void {
    const listeners: Set<(data: News[Kind]) => void> = this.#listeners[kind];
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  post<Kind extends NewsKind>(kind: Kind, data: News[Kind]): void {
    for (const listener of this.#listeners[kind]) listener(data);
  }
}

export const NewsContext = createContext(new NewsDesk());

/** Call `listener` with each piece of news of a kind while the component is shown. */
export function useNews<Kind extends NewsKind>(kind: Kind, listener: (data: News[Kind]) => void): void {
  const desk = use(NewsContext);
  const latest = useEffectEvent(listener);
  useEffect(() => desk.on(kind, (data) => latest(data)), [desk, kind]);
}
