import { api } from "../api/client";
import { useLoaded } from "../api/loaded";
import type { AgreementShape, Alpha } from "../api/schema";
import { ChartFigure } from "../charts/ChartFigure";
import { type Column, DataTable } from "../charts/DataTable";
import { type DayInterval, DayIntervals } from "../charts/DayIntervals";
import { figure, maybe, percent, share, withInterval } from "../charts/numbers";
import { StatCard } from "../charts/StatCard";
import { Await } from "../shell/Await";
import { Empty } from "../shell/Empty";
import { useNews } from "../shell/news";

const load = (signal: AbortSignal): Promise<AgreementShape> => api.get("/api/review/agreement", { signal });

/** Krippendorff's own advice: reliable from 0.8, good for tentative conclusions from 0.667. */
const RELIABLE = [0.667, 0.8] as const;

/** How far the reviewers agree: all, each, and by day. */
export function Agreement() {
  const loaded = useLoaded(load);
  useNews("review", loaded.reload);
  return <Await loaded={loaded}>{(agreement) => <Figures agreement={agreement} />}</Await>;
}

function Figures({ agreement }: { agreement: AgreementShape }) {
  const { overall, reviewers, days, confidence, unsure_share, adjudicated } = agreement;
  if (overall.labels === 0) {
    return (
      <Empty title="No labels yet">Agreement is shown when two reviewers have labelled the same items.</Empty>
    );
  }
  const interval = `${percent(confidence)} interval`;
  return (
    <div className="stack loose">
      <div className="stats">
        <StatCard
          name="Krippendorff’s alpha"
          value={maybe(overall.alpha)}
          note={
            overall.low !== null && overall.high !== null
              ? `${interval} ${figure(overall.low)} to ${figure(overall.high)}`
              : "not defined yet: it needs items with two labels, and at least two kinds of label"
          }
        />
        <StatCard name="Labels" value={String(overall.labels)} note={`of ${overall.items} items`} />
        <StatCard name="Unsure" value={share(unsure_share)} note="of the labels" />
        <StatCard name="Adjudicated" value={String(adjudicated)} note="items settled by a third person" />
      </div>
      <section className="card stack" aria-labelledby="by-reviewer">
        <h2 id="by-reviewer">By reviewer</h2>
        <p className="muted">
          Each against all others, on the items that they share; the labels are their own. 1 is perfect, 0 is
          chance.
        </p>
        <DataTable caption="Agreement by reviewer" columns={columns("Reviewer", interval)} rows={reviewers} />
      </section>
      {days.length > 0 && (
        <section className="card">
          <ChartFigure
            title="By day"
            note={`Alpha of each day’s labels with its ${interval}. Lines at ${RELIABLE.join(" and ")}: tentative conclusions, and reliable ones.`}
            chart={
              <DayIntervals label="Krippendorff’s alpha by day" days={defined(days)} references={RELIABLE} />
            }
            table={<DataTable caption="Agreement by day" columns={columns("Day", interval)} rows={days} />}
          />
        </section>
      )}
    </div>
  );
}

function columns(first: string, interval: string): readonly Column<Alpha>[] {
  return [
    { name: first, cell: ({ name }) => name },
    { name: "Items", numeric: true, cell: ({ items }) => items },
    { name: "Labels", numeric: true, cell: ({ labels }) => labels },
    {
      name: `Alpha (${interval})`,
      numeric: true,
      cell: ({ alpha, low, high }) => withInterval({ value: alpha, low, high }),
    },
  ];
}

function defined(days: readonly Alpha[]): readonly DayInterval[] {
  return days.flatMap(({ name, alpha, low, high }) =>
    alpha === null ? [] : [{ day: name, value: alpha, low, high }],
  );
}
