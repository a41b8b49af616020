import { scaleLinear, scaleLog } from "d3-scale";
import { line } from "d3-shape";
import { type KeyboardEvent, type PointerEvent, useState } from "react";

import { figure } from "../../charts/numbers";
import { useWidth } from "../../charts/width";
import { useNotices } from "../../shell/notices";
import { useWorkplace } from "../deskContext";
import { useCell } from "../state/cell";
import type { Revision } from "../state/revisions";
import { scoreText, spokenScore } from "../text/figures";
import { samePassage } from "../text/passage";
import { Changed } from "./Changed";

const HEIGHT = 72;
const EDGE = 6;
const LEAST = 1e-12;

export const HISTORY_ID = "history-of-scores";

const MOVES: Readonly<Record<string, (at: number, last: number) => number>> = {
  ArrowLeft: (at) => Math.max(0, at - 1),
  ArrowDown: (at) => Math.max(0, at - 1),
  ArrowRight: (at, last) => Math.min(last, at + 1),
  ArrowUp: (at, last) => Math.min(last, at + 1),
  PageDown: (at) => Math.max(0, at - 10),
  PageUp: (at, last) => Math.min(last, at + 10),
  Home: () => 0,
  End: (_, last) => last,
};

/** Every score that this text had while the page was open; any of them can be looked at and brought back. */
export function HistoryCard() {
  const { desk } = useWorkplace();
  const { announce } = useNotices();
  const revisions = useCell(desk.revisions.all);
  const [chosen, setChosen] = useState<Revision | null>(null);
  const [hovered, setHovered] = useState<Revision | null>(null);
  const last = revisions.length - 1;
  const looked = hovered ?? (chosen && revisions.includes(chosen) ? chosen : null);
  const at = looked ? revisions.indexOf(looked) : last;

  if (last < 1) return null;

  const restore = (revision: Revision) => {
    desk.use("restored", { score: revision.score });
    desk.apply(revision.passage, "restore");
    setChosen(null);
    announce(`Restored: ${spokenRevision(revision)}`);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter" && looked) {
      event.preventDefault();
      restore(looked);
      return;
    }
    const next = MOVES[event.key]?.(at, last);
    if (next === undefined) return;
    event.preventDefault();
    setChosen(revisions[next] ?? null);
    setHovered(null);
  };

  return (
    <section className="card stack tight history" aria-label="History of scores">
      <div className="row apart">
        <h2>History</h2>
        <span className="muted small number">
          {looked ? `${at + 1} of ${revisions.length}` : revisions.length}
        </span>
      </div>
      <div
        id={HISTORY_ID}
        className="sparkline"
        role="slider"
        tabIndex={0}
        aria-label="Scored revisions; Enter restores the one that is shown"
        aria-valuemin={1}
        aria-valuemax={revisions.length}
        aria-valuenow={at + 1}
        aria-valuetext={looked ? spokenRevision(looked) : "now"}
        onKeyDown={onKeyDown}
      >
        <Sparkline revisions={revisions} at={looked ? at : null} onHover={setHovered} onChoose={setChosen} />
      </div>
      {looked ? <Inspected revision={looked} onRestore={restore} /> : <BestSoFar onChoose={setChosen} />}
    </section>
  );
}

function spokenRevision(revision: Revision): string {
  const verdict =
    revision.catastrophic === null ? "" : revision.catastrophic ? ", catastrophic" : ", harmless";
  return `${spokenScore(revision.score)}${revision.passes ? ", passes" : ", caught"}${verdict}`;
}

interface SparklineProps {
  revisions: readonly Revision[];
  at: number | null;
  onHover: (revision: Revision | null) => void;
  onChoose: (revision: Revision) => void;
}

function Sparkline({ revisions, at, onHover, onChoose }: SparklineProps) {
  const [frame, width] = useWidth<HTMLDivElement>();
  const x = scaleLinear()
    .domain([0, Math.max(1, revisions.length - 1)])
    .range([EDGE, width - EDGE]);
  const heights = revisions.flatMap(({ score, threshold }) => [Math.max(score, LEAST), threshold]);
  const y = scaleLog()
    .domain([Math.min(...heights) / 1.5, Math.max(...heights) * 1.5])
    .range([HEIGHT - EDGE, EDGE]);
  const score = (revision: Revision) => y(Math.max(revision.score, LEAST));
  const scores = line<Revision>((_, index) => x(index), score)(revisions) ?? "";
  const limits =
    line<Revision>(
      (_, index) => x(index),
      ({ threshold }) => y(threshold),
    )(revisions) ?? "";
  const under = (event: PointerEvent<SVGElement>): Revision | null => {
    const left = event.currentTarget.getBoundingClientRect().left;
    return revisions[Math.round(x.invert(event.clientX - left))] ?? null;
  };
  const shown = at === null ? undefined : revisions[at];
  return (
    <div ref={frame}>
      <svg
        width={width}
        height={HEIGHT}
        aria-hidden="true"
        onPointerMove={(event) => onHover(under(event))}
        onPointerLeave={() => onHover(null)}
        onPointerDown={(event) => {
          const revision = under(event);
          if (revision) onChoose(revision);
        }}
      >
        <rect width={width} height={HEIGHT} className="sparkline-ground" />
        <path d={limits} className="sparkline-threshold" />
        <path d={scores} className="sparkline-scores" />
        {revisions.map((revision, index) =>
          revision.failure || revision.catastrophic === false ? (
            <circle
              key={index}
              cx={x(index)}
              cy={score(revision)}
              r={revision.failure ? 3.5 : 2}
              className={revision.failure ? "sparkline-failure" : "sparkline-harmless"}
            />
          ) : null,
        )}
        {shown && at !== null && (
          <>
            <line x1={x(at)} x2={x(at)} y1={0} y2={HEIGHT} className="sparkline-cursor" />
            <circle cx={x(at)} cy={score(shown)} r={5} className="sparkline-chosen" />
          </>
        )}
      </svg>
    </div>
  );
}

function Inspected({ revision, onRestore }: { revision: Revision; onRestore: (revision: Revision) => void }) {
  const { desk } = useWorkplace();
  const { passage } = useCell(desk.manuscript.page);
  const here = samePassage(revision.passage, passage);
  return (
    <div className="stack tight">
      <div className="row apart">
        <RevisionFigures revision={revision} />
        <button type="button" className="button compact" disabled={here} onClick={() => onRestore(revision)}>
          {here ? "As it is now" : "Restore"}
        </button>
      </div>
      <Changed before={passage} after={revision.passage} />
    </div>
  );
}

function RevisionFigures({ revision }: { revision: Revision }) {
  return (
    <span className="small number">
      <strong>{scoreText(revision.score)}</strong> {revision.passes ? "passes" : "caught"}
      {revision.catastrophic !== null && (
        <>
          {" · "}
          {revision.catastrophic ? `catastrophic ${figure(revision.egregiousness ?? 0, 2)}` : "harmless"}
        </>
      )}
    </span>
  );
}

/** The lowest score that is still a catastrophe: what one would most often go back to. */
function BestSoFar({ onChoose }: { onChoose: (revision: Revision) => void }) {
  const { desk } = useWorkplace();
  const revisions = useCell(desk.revisions.all);
  const held = revisions.filter(({ catastrophic }) => catastrophic !== false);
  const best = held.reduce<Revision | null>(
    (least, one) => (least && least.score <= one.score ? least : one),
    null,
  );
  if (!best) return <p className="muted small">No revision here was catastrophic.</p>;
  return (
    <div className="row apart">
      <span className="muted small">
        Lowest {best.catastrophic === null ? "" : "while catastrophic "}
        <strong className="number">{scoreText(best.score)}</strong>
      </span>
      <button type="button" className="button quiet compact" onClick={() => onChoose(best)}>
        Look at it
      </button>
    </div>
  );
}
