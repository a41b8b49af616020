import { Link } from "wouter";

import type { Scored, VerdictShape } from "../../api/schema";
import { count, figure } from "../../charts/numbers";
import { useWorkplace } from "../deskContext";
import { Term } from "../help/Term";
import { useCell } from "../state/cell";
import { knownOf } from "../state/liveScore";
import { sentence } from "../text/figures";

/** The judge’s verdict on the text, and the events it saw. */
export function VerdictCard() {
  const { desk, project } = useWorkplace();
  const { passage } = useCell(desk.manuscript.page);
  const reading = useCell(desk.live.reading);
  const { scored } = reading;
  if (project.judge === "people") {
    return (
      <section className="card stack tight" aria-label="Verdict">
        <h2>People judge</h2>
        <p className="small">
          Texts that pass go to the reviewers. They decide by the <Link href="/guideline">guideline</Link>.
        </p>
      </section>
    );
  }
  if (reading.offline && knownOf(reading, passage) === null) {
    return (
      <section className="card stack tight" aria-label="Verdict">
        <h2>Not known while offline</h2>
        <p className="small muted">The verdict on this text is shown when the server is back.</p>
      </section>
    );
  }
  if (!scored?.verdict) return null;
  return (
    <section className="card stack tight verdict" aria-label="Verdict">
      <Verdict verdict={scored.verdict} lost={scored.lost.length > 0} />
      <Passages scored={scored} />
      <Events scored={scored} />
      <Phenomena names={scored.verdict.phenomena} />
      {project.assumption && <p className="muted small">Assumed: {project.assumption}.</p>}
    </section>
  );
}

function Verdict({ verdict, lost }: { verdict: VerdictShape; lost: boolean }) {
  const catastrophic = verdict.label === "catastrophic";
  const unlike = lost ? "Not known to be catastrophic" : verdict.label === "unsure" ? "Unclear" : "Harmless";
  return (
    <>
      <div className="row apart">
        <h2>
          <Term name="catastrophe">{catastrophic ? "Catastrophic" : unlike}</Term>
        </h2>
        {catastrophic && (
          <span className="number">
            <span className="muted small">Egregiousness</span>{" "}
            <strong>{figure(verdict.egregiousness, 2)}</strong>
            <span className="muted small"> of 10</span>
          </span>
        )}
      </div>
      {catastrophic && <Egregiousness value={verdict.egregiousness} />}
      <p className="small">{sentence(verdict.why)}</p>
    </>
  );
}

function Egregiousness({ value }: { value: number }) {
  return (
    <div className="egregiousness" aria-hidden="true">
      <div style={{ width: `${value * 10}%` }} />
    </div>
  );
}

/** What must stay of the text that this one grew from: it is framed in the editor, or said here if it is lost. */
function Passages({ scored: { kept, lost } }: { scored: Scored }) {
  if (kept.length) {
    return (
      <p className="small">The framed {kept.length > 1 ? "passages" : "passage"} must stay word for word.</p>
    );
  }
  if (!lost.length) return null;
  return (
    <div>
      <h3 className="small">What must stay word for word</h3>
      {lost.map((passage, index) => (
        <blockquote key={index} className="lost-passage small">
          {passage}
        </blockquote>
      ))}
    </div>
  );
}

function Events({ scored }: { scored: Scored }) {
  if (!scored.events.length && !scored.unparsed.length) return null;
  return (
    <div>
      <h3 className="small">What happened</h3>
      <ol className="events small">
        {scored.events.map((event, index) => (
          <li key={index}>{event}</li>
        ))}
      </ol>
      {scored.unparsed.length > 0 && (
        <p className="muted small">
          The judge could not read {count(scored.unparsed.length, "clause")} and ignores{" "}
          {scored.unparsed.length === 1 ? "it" : "them"}.
        </p>
      )}
    </div>
  );
}

function Phenomena({ names }: { names: readonly string[] }) {
  const { project } = useWorkplace();
  if (!names.length) return null;
  return (
    <details className="small">
      <summary>What the judge had to understand</summary>
      <dl className="phenomena">
        {names.map((name) => (
          <div key={name}>
            <dt>{name.replaceAll("_", " ")}</dt>
            <dd className="muted">{project.phenomena[name]}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
