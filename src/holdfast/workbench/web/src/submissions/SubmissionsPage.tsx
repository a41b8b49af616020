import { useCallback, useMemo, useState } from "react";
import { Link } from "wouter";

import { api } from "../api/client";
import { useLoaded } from "../api/loaded";
import type { MySubmission } from "../api/schema";
import { Await } from "../shell/Await";
import { Empty } from "../shell/Empty";
import { useNews } from "../shell/news";
import { Page } from "../shell/Page";
import { useUnseen } from "../shell/unseen";
import { useSeen } from "./seen";
import { howMany, type State, STATE_NAMES, STATES } from "./state";
import { SubmissionCard } from "./SubmissionCard";

const AT_ONCE = 20;

/** What became of what one has submitted. */
export function SubmissionsPage() {
  const [state, setState] = useState<State | null>(null);
  const [most, setMost] = useState(AT_ONCE);
  const counts = useUnseen();
  const load = useCallback(
    (signal: AbortSignal): Promise<readonly MySubmission[]> =>
      api.get("/api/submissions", { query: { state, count: most }, signal }),
    [state, most],
  );
  const loaded = useLoaded(load);
  useNews("submission", loaded.reload);
  useNews("comment", loaded.reload);
  const shown = useMemo(
    () => loaded.data?.map((one) => ({ ...one, submission: one.id })) ?? [],
    [loaded.data],
  );
  useSeen(shown);
  return (
    <Page title="My submissions" lead="The status of your texts, and the reasons.">
      <div className="filters" role="group" aria-label="Show">
        {[null, ...STATE_NAMES].map((each) => (
          <button
            key={each ?? "all"}
            type="button"
            className="button compact"
            aria-pressed={state === each}
            onClick={() => {
              setState(each);
              setMost(AT_ONCE);
            }}
          >
            {each === null ? "All" : STATES[each].name}{" "}
            <span className="muted number">{howMany(counts, each)}</span>
          </button>
        ))}
      </div>
      <Await loaded={loaded}>
        {(submissions) =>
          submissions.length === 0 ? (
            <Nothing state={state} />
          ) : (
            <>
              <ul className="stack">
                {submissions.map((one) => (
                  <SubmissionCard key={one.id} submission={one} onChange={loaded.reload} />
                ))}
              </ul>
              {submissions.length === most && most < 200 && (
                <button
                  type="button"
                  className="button"
                  onClick={() => setMost(Math.min(200, most + 3 * AT_ONCE))}
                >
                  Show older ones
                </button>
              )}
            </>
          )
        }
      </Await>
    </Page>
  );
}

function Nothing({ state }: { state: State | null }) {
  if (state !== null) {
    return <Empty title={`${STATES[state].name}: none`}>None of your submissions is in this state.</Empty>;
  }
  return (
    <Empty title="Nothing submitted yet">
      <Link href="/">Write a text</Link> that the model lets pass, and submit it. What becomes of it is shown
      here.
    </Empty>
  );
}
