import { use, useEffect, useRef } from "react";

import { api } from "../api/client";
import { NewsContext } from "../shell/news";

interface Followed {
  readonly submission: number;
  readonly news: boolean;
  readonly latest: string;
}

/** Tell the server that the news of what is shown were seen, each once. */
export function useSeen(shown: readonly Followed[]): void {
  const desk = use(NewsContext);
  const told = useRef(new Map<number, string>());
  useEffect(() => {
    const fresh = shown.filter(
      ({ submission, news, latest }) => news && told.current.get(submission) !== latest,
    );
    if (fresh.length === 0) return;
    for (const { submission, latest } of fresh) told.current.set(submission, latest);
    const seen = fresh.map(({ submission, latest }) => ({ submission, until: latest }));
    // What could not be told stays new, and is told when the page is opened next.
    api.post("/api/news/seen", { body: { seen } }).then(
      () => desk.post("seen", undefined),
      () => undefined,
    );
  }, [desk, shown]);
}
