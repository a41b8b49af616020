import { type ReactNode, useEffect, useState } from "react";

import { api } from "../api/client";
import { listen } from "../api/events";
import { type News, NewsContext, NewsDesk } from "./news";
import { useNotices } from "./notices";
import { useSession } from "./session";

/** Listens to the server's news for all pages, and keeps the session's model up to date. */
export function NewsStream({ children }: { children: ReactNode }) {
  const [desk] = useState(() => new NewsDesk());
  const [lost, setLost] = useState(false);
  const { refresh } = useSession();
  const { tell } = useNotices();

  useEffect(() => {
    let opened = false;
    return listen<News>(
      "/api/events",
      {
        model: (model) => {
          tell(`The model of round ${model.round} is served now; scores are its scores.`);
          void refresh();
          desk.post("model", model);
        },
        round: (data) => desk.post("round", data),
        review: (data) => desk.post("review", data),
        submission: (data) => desk.post("submission", data),
      },
      {
        onOpen: () => {
          setLost(false);
          if (opened) void refresh();
          opened = true;
        },
        onLost: () => setLost(true),
        // Where the server is not there at all, the next try will tell.
        onRefused: () => void api.confirm().catch(() => undefined),
      },
    );
  }, [desk, refresh, tell]);

  return (
    <NewsContext value={desk}>
      {lost && (
        <p className="lost" role="status">
          The connection to the server is lost; trying again. What you type is kept.
        </p>
      )}
      {children}
    </NewsContext>
  );
}
