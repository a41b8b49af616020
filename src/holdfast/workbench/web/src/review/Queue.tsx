import { useCallback, useEffect, useRef, useState } from "react";

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
import { UNDO_SECONDS, UndoButton } from "../shell/UndoButton";
import { type LabelName, labelName } from "./label";
import { LabelForm } from "./LabelForm";
import { Rewrite } from "./Rewrite";
import { SingleKeys, useSingleKeys } from "./SingleKeys";

interface Given {
  submission: number;
  label: LabelName;
}

const load = (signal: AbortSignal): Promise<ReviewItem | null> => api.get("/api/review/next", { signal });

/** The items that wait for this reviewer, one at a time. */
export function Queue() {
  const next = useLoaded(load);
  const { reload, data } = next;
  const { announce, tell } = useNotices();
  const [keys, setKeys] = useSingleKeys();
  // While an item is shown it stays; news only matter where there is none.
  useNews("review", () => data === null && reload());

  const [last, setLast] = useState<Given | null>(null);
  const [again, setAgain] = useState<ReviewItem | null>(null);

  const send = useCallback(
    async (submission: number, body: LabelRequest) => {
      try {
        const { kept } = await api.post("/api/review/{submission}", { path: { submission }, body });
        setLast(kept ? { submission, label: body.label } : null);
        announce("Kept. Next item.");
        setAgain(null);
        reload();
      } catch (error) {
        tell(inWords(error), "problem");
      }
    },
    [announce, reload, tell],
  );

  // An item that was taken back comes before the one that the server would show next.
  const shown = again === null ? next : { ...next, data: again };

  const takeBack = async (submission: number) => {
    try {
      const item = await api.delete("/api/review/{submission}", { path: { submission } });
      setAgain(item);
      announce("Your label was taken back. Label the item again.");
      reload();
    } catch (error) {
      tell(inWords(error), "problem");
    }
    setLast(null);
  };

  return (
    <div className="stack">
      {last !== null && (
        <p className="row small" role="status">
          <span className="muted">
            Item {last.submission}: {labelName(last.label).toLowerCase()}.
          </span>
          <UndoButton key={last.submission} seconds={UNDO_SECONDS} onUndo={() => takeBack(last.submission)} />
        </p>
      )}
      <Await loaded={shown}>
        {(item) =>
          item === null ? (
            <Empty title="No items to label">
              New items appear here when writers submit them. Other people label your own texts.
            </Empty>
          ) : (
            <section className="card stack" aria-labelledby="item">
              <Item item={item} />
              <LabelForm
                key={item.submission}
                keys={keys}
                action="Send and continue"
                send={(label) => send(item.submission, label)}
              />
              <SingleKeys on={keys} onChange={setKeys} />
            </section>
          )
        }
      </Await>
    </div>
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
