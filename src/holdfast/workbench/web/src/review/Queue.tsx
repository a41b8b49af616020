import { useCallback, useEffect, useRef } from "react";

import { api } from "../api/client";
import { inWords } from "../api/error";
import { useLoaded } from "../api/loaded";
import type { LabelRequest, ReviewItem } from "../api/schema";
import { count } from "../charts/numbers";
import { Await } from "../shell/Await";
import { Empty } from "../shell/Empty";
import { useNews } from "../shell/news";
import { useNotices } from "../shell/notices";
import { SnippetView } from "../shell/SnippetView";
import { LabelForm } from "./LabelForm";
import { Rewrite } from "./Rewrite";
import { SingleKeys, useSingleKeys } from "./SingleKeys";

const load = (signal: AbortSignal): Promise<ReviewItem | null> => api.get("/api/review/next", { signal });

/** The items that wait for this reviewer, one at a time. */
export function Queue() {
  const next = useLoaded(load);
  const { reload, data } = next;
  const { announce, tell } = useNotices();
  const [keys, setKeys] = useSingleKeys();
  // While an item is shown it stays; news only matter where there is none.
  useNews("review", () => data === null && reload());

  const send = useCallback(
    async (submission: number, body: LabelRequest) => {
      try {
        await api.post("/api/review/{submission}", { path: { submission }, body });
        announce("Kept. Next item.");
        reload();
      } catch (error) {
        tell(inWords(error), "problem");
      }
    },
    [announce, reload, tell],
  );

  return (
    <Await loaded={next}>
      {(item) =>
        item === null ? (
          <Empty title="Nothing waits for you">
            Items appear here by themselves as writers submit them. Your own are labelled by others.
          </Empty>
        ) : (
          <section className="card stack" aria-labelledby="item">
            <Item item={item} />
            <LabelForm
              key={item.submission}
              keys={keys}
              action="Send and go on"
              send={(label) => send(item.submission, label)}
            />
            <SingleKeys on={keys} onChange={setKeys} />
          </section>
        )
      }
    </Await>
  );
}

/** The text to label; it gets the focus as it appears, so that it is read out. */
function Item({ item }: { item: ReviewItem }) {
  const heading = useRef<HTMLHeadingElement>(null);
  const first = useRef(true);
  useEffect(() => {
    if (!first.current) heading.current?.focus();
    first.current = false;
  }, [item.submission]);
  return (
    <>
      <div className="row apart">
        <h2 id="item" ref={heading} tabIndex={-1}>
          Item {item.submission}
        </h2>
        <span className="muted">{count(item.waiting, "item")} waiting for you</span>
      </div>
      {item.seed ? <Rewrite seed={item.seed} text={item} /> : <SnippetView snippet={item} />}
    </>
  );
}
