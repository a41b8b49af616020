import { logOdds, scoresText } from "../text/figures";

/** Marks that people know, of which those inside the gauge are shown. */
const MARKS = [1e-8, 1e-6, 1e-4, 1e-3, 0.01, 0.1, 0.5, 0.9, 0.99, 0.999, 0.9999, 0.999999] as const;
const MARGIN = 1;
const LEAST_WIDTH = 6;
const FURTHEST = 20;
/** Share of the width that a mark's words need. */
const ROOM = 13;

/** A score on the scale of log odds, with the line below which it passes: an edit that is worth as much moves
 *  the mark as far, near 0 %, near 100 % and in between. */
export function Gauge({ score, threshold }: { score: number; threshold: number }) {
  const [own, line] = [within(logOdds(score)), within(logOdds(threshold))];
  const middle = (own + line) / 2;
  const half = Math.max(LEAST_WIDTH, Math.abs(own - line) + 2 * MARGIN) / 2;
  const at = (value: number) => (100 * (within(value) - middle + half)) / (2 * half);
  const [scoreWords, thresholdWords] = scoresText(score, threshold);
  const marks = apart(MARKS.map((mark) => ({ mark, left: at(logOdds(mark)) })));
  return (
    <div
      className="gauge"
      role="img"
      aria-label={`Score ${scoreWords} on the scale of log odds; it passes below ${thresholdWords}`}
    >
      <div className="gauge-track">
        <div className="gauge-passing" style={{ width: `${at(line)}%` }} />
        <div className="gauge-threshold" style={{ left: `${at(line)}%` }} />
        <div
          className={score < threshold ? "gauge-score passing" : "gauge-score"}
          style={{ left: `${at(own)}%` }}
        />
      </div>
      <div className="gauge-scale" aria-hidden="true">
        {marks.map(({ mark, left }) => (
          <span key={mark} style={{ left: `${left}%` }}>
            {markText(mark)}
          </span>
        ))}
      </div>
    </div>
  );
}

function within(value: number): number {
  return Math.max(-FURTHEST, Math.min(FURTHEST, value));
}

interface Mark {
  mark: number;
  left: number;
}

/** Those that stand inside, and far enough from the one before. */
function apart(marks: readonly Mark[]): readonly Mark[] {
  const shown: Mark[] = [];
  for (const one of marks) {
    const before = shown.at(-1);
    const inside = one.left >= ROOM / 3 && one.left <= 100 - ROOM / 3;
    if (inside && (before === undefined || one.left - before.left >= ROOM)) shown.push(one);
  }
  return shown;
}

function markText(mark: number): string {
  return mark < 1e-4 ? `1e${Math.round(Math.log10(mark))}` : `${Number((100 * mark).toPrecision(6))} %`;
}
