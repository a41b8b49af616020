import { type ReactNode, useCallback, useEffect, useRef, useState } from "react";

import { api } from "../api/client";
import { listenWhileSeen } from "../api/events";
import type { ModelShape } from "../api/schema";
import { type News, NewsContext, NewsDesk } from "./news";
import { useNotices } from "./notices";
import { useSession } from "./session";

/** What may have come while nobody listened. */
const MISSED = ["round", "review", "submission", "settings", "comment"] as const;

const LOST = {
  gone: "The connection to the server is lost. Trying again. What you type is kept.",
  full: "This page gets no news from the server: too many pages of the workbench are open. Close some of them.",
};

/** Listens to the server's news for all pages while they are seen, and keeps the session's model up to date. */
export function NewsStream({ children }: { children: ReactNode }) {
  const [desk] = useState(() => new NewsDesk());
  const [lost, setLost] = useState<keyof typeof LOST | null>(null);
  const { refresh, project } = useSession();
  const { tell } = useNotices();
  const { round, hash, threshold } = project.model;
  const known = useRef(hash);

  const served = useCallback(
    (model: ModelShape) => {
      if (model.hash === known.current) return;
      known.current = model.hash;
      tell(`Scores now come from round ${model.round}.`);
      desk.post("model", model);
    },
    [desk, tell],
  );
  // News of a model may have been missed; the session knows which one is served.
  useEffect(() => served({ round, hash, threshold }), [served, round, hash, threshold]);

  useEffect(() => {
    let opened = false;
    return listenWhileSeen<News>(
      "/api/events",
      {
        model: (model) => {
          void refresh();
          served(model);
        },
        round: (data) => desk.post("round", data),
        review: (data) => desk.post("review", data),
        submission: (data) => desk.post("submission", data),
        settings: (data) => {
          // The session carries what pages need of the settings.
          void refresh().then(() => desk.post("settings", data));
        },
        comment: (data) => desk.post("comment", data),
      },
      {
        onOpen: () => {
          setLost(null);
          if (opened) {
            void refresh();
            for (const kind of MISSED) desk.post(kind, undefined);
          }
          opened = true;
        },
        onLost: () => setLost("gone"),
        // Where the server is not there at all, the next try will tell.
        onRefused: () => {
          api.confirm().then(
            (held) => {
              if (held) setLost("full");
            },
            () => undefined,
          );
        },
      },
    );
  }, [desk, refresh, served]);

  return (
    <NewsContext value={desk}>
      {lost !== null && (
        <p className="lost" role="status">
          {LOST[lost]}
        </p>
      )}
      {children}
    </NewsContext>
  );
}
