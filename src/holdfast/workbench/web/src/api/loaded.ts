import { useCallback, useEffect, useState } from "react";

import { inWords, isAbort } from "./error";

/** What a page has loaded: nothing yet, an answer, or a problem; after a reload both may be there. */
export interface Loaded<T> {
  data: T | undefined;
  problem: string | null;
  reload: () => void;
}

/** Load on showing and on each `reload`; `load` must stay the same function between drawings. */
export function useLoaded<T>(load: (signal: AbortSignal) => Promise<T>): Loaded<T> {
  const [data, setData] = useState<T>();
  const [problem, setProblem] = useState<string | null>(null);
  const [turn, setTurn] = useState(0);

  useEffect(() => {
    const ending = new AbortController();
    load(ending.signal).then(
      (answer) => {
        setData(() => answer);
        setProblem(null);
      },
      (error: unknown) => {
        if (!isAbort(error)) setProblem(inWords(error));
      },
    );
    return () => ending.abort();
  }, [load, turn]);

  const reload = useCallback(() => setTurn((before) => before + 1), []);
  return { data, problem, reload };
}
