import { type ReactNode, useCallback } from "react";

import { useLoaded } from "../../api/loaded";
import type { Seed } from "../../api/schema";
import { figure, when } from "../../charts/numbers";
import { Await } from "../../shell/Await";
import { Dialog } from "../../shell/Dialog";
import { Marked } from "../../shell/Marked";
import { Tabs } from "../../shell/Tabs";
import * as calls from "../calls";
import { useWorkplace } from "../deskContext";
import { Term } from "../help/Term";
import { scoreText } from "../text/figures";
import { EMPTY, isBlank, type Passage } from "../text/passage";
import { DraftList } from "./DraftList";

interface StartProps {
  onStarted: () => void;
}

/** Where another text comes from, over the one that is open. */
export function StartDialog({ onStarted, onClose }: StartProps & { onClose: () => void }) {
  return (
    <Dialog title="Start from" onClose={onClose}>
      <div className="wide stack">
        <StartPanel onStarted={onStarted} />
        <button type="button" className="button" onClick={onClose}>
          Cancel
        </button>
      </div>
    </Dialog>
  );
}

/** The choice itself; it stands on the page where no text is open. */
export function StartPanel({ onStarted }: StartProps) {
  const { desk, project } = useWorkplace();
  const ofSeeds = { name: "A catastrophe", panel: () => <Seeds kind="catastrophe" onStarted={onStarted} /> };
  const ofDrafts = { name: "My drafts", panel: () => <DraftList onOpened={onStarted} /> };
  const others = [
    { name: "A near miss", panel: () => <Seeds kind="near_miss" onStarted={onStarted} /> },
    ofDrafts,
    {
      name: "Blank",
      panel: () => <Blank onStart={() => desk.begin("blank", EMPTY)} onStarted={onStarted} />,
    },
  ];
  // A judge of rewrites can call catastrophic only what grew from a catastrophe.
  const tabs = project.assumption ? [ofSeeds, ofDrafts] : [ofSeeds, ...others];
  return <Tabs label="Where to start" tabs={tabs} />;
}

function Blank({ onStart, onStarted }: StartProps & { onStart: () => void }) {
  return (
    <div className="stack tight">
      <p className="muted small">Nothing is written yet.</p>
      <div>
        <button
          type="button"
          className="button"
          onClick={() => {
            onStart();
            onStarted();
          }}
        >
          A blank page
        </button>
      </div>
    </div>
  );
}

const SHOWN = 6;

function Seeds({ kind, onStarted }: { kind: Seed["origin"]; onStarted: () => void }) {
  const { desk } = useWorkplace();
  const load = useCallback((signal: AbortSignal) => calls.seeds(kind, SHOWN, signal), [kind]);
  const loaded = useLoaded(load);
  const start = (seed: Seed) => {
    desk.begin(seed.origin, seed);
    onStarted();
  };
  return (
    <div className="stack tight">
      <div className="row apart">
        <p className="muted small">
          <Term name={kind === "near_miss" ? "near miss" : "catastrophe"}>
            {kind === "near_miss" ? "Near misses" : "Catastrophes"}
          </Term>
          {LEADS[kind]}
        </p>
        <button type="button" className="button quiet compact" onClick={loaded.reload}>
          Show others
        </button>
      </div>
      <Await loaded={loaded}>
        {(seeds) =>
          seeds.length ? (
            <ul className="choices">
              {seeds.map((seed, index) => (
                <li key={index}>
                  <button type="button" className="passage-choice" onClick={() => start(seed)}>
                    <PassageText passage={seed} />
                    <span className="small muted number">
                      scores {scoreText(seed.score)}
                      {seed.verdict?.label === "catastrophic" &&
                        ` · egregiousness ${figure(seed.verdict.egregiousness, 2)}`}
                    </span>
                  </button>
                </li>
              ))}
            </ul>
          ) : (
            <p className="muted">There are none.</p>
          )
        }
      </Await>
    </div>
  );
}

const LEADS: Readonly<Record<Seed["origin"], string>> = {
  catastrophe: " that the model catches. Rewrite one until it passes.",
  near_miss: " need few edits: catastrophes barely caught, and harmless texts close to them.",
};

/** A passage in small, in a list. */
export function PassageText({ passage }: { passage: Passage }): ReactNode {
  if (isBlank(passage)) return <span className="muted">(blank)</span>;
  if (!passage.prompt)
    return (
      <span className="passage-text">
        <Marked text={passage.completion} />
      </span>
    );
  return (
    <span className="passage-text">
      <Marked text={passage.prompt} />{" "}
      <strong>
        <Marked text={passage.completion} />
      </strong>
    </span>
  );
}

/** When something was last changed, for people. */
export function ChangedAt({ time }: { time: string }): ReactNode {
  return <time dateTime={time}>{when(time)}</time>;
}
