import { api } from "../api/client";
import { type Loaded, useLoaded } from "../api/loaded";
import type { RoundsShape } from "../api/schema";
import { useNews } from "../shell/news";

const load = (signal: AbortSignal): Promise<RoundsShape> => api.get("/api/rounds", { signal });

/** The rounds, asked for again whenever there is news of them. */
export function useRounds(): Loaded<RoundsShape> {
  const loaded = useLoaded(load);
  useNews("round", loaded.reload);
  useNews("model", loaded.reload);
  useNews("submission", loaded.reload);
  useNews("settings", loaded.reload);
  return loaded;
}
