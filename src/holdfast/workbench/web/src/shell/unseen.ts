import { api } from "../api/client";
import { useLoaded } from "../api/loaded";
import type { NewsShape } from "../api/schema";
import { useNews } from "./news";

const load = (signal: AbortSignal): Promise<NewsShape> => api.get("/api/news", { signal });

/** How much has come that was not seen yet; undefined until the server has said so. */
export function useUnseen(): NewsShape | undefined {
  const { data, reload } = useLoaded(load);
  useNews("submission", reload);
  useNews("comment", reload);
  useNews("seen", reload);
  return data;
}
