import { api } from "../api/client";
import { useLoaded } from "../api/loaded";
import type { Overview, SurvivalShape, TacticsShape, ToolsShape } from "../api/schema";
import { Await } from "../shell/Await";
import { Page } from "../shell/Page";
import { useProject } from "../shell/session";
import { EgregiousnessFigure } from "./EgregiousnessFigure";
import { Export } from "./Export";
import { OverviewCards } from "./OverviewCards";
import { ModelHistory } from "./ModelHistory";
import { Survival } from "./Survival";
import { Tactics } from "./Tactics";
import { ToolAblation } from "./ToolAblation";
import { WriterTable } from "./WriterTable";

const loadOverview = (signal: AbortSignal): Promise<Overview> => api.get("/api/manager/overview", { signal });
const loadSurvival = (signal: AbortSignal): Promise<SurvivalShape> =>
  api.get("/api/manager/survival", { signal });
const loadTactics = (signal: AbortSignal): Promise<TacticsShape> =>
  api.get("/api/manager/tactics", { signal });
const loadTools = (signal: AbortSignal): Promise<ToolsShape> => api.get("/api/manager/tools", { signal });

/** How the search for failures goes; each figure is loaded by itself, so that a slow one holds up no other. */
export function ManagerPage() {
  const overview = useLoaded(loadOverview);
  const survival = useLoaded(loadSurvival);
  const tactics = useLoaded(loadTactics);
  const tools = useLoaded(loadTools);
  const { trains } = useProject();

  const reload = () => {
    for (const loaded of [overview, survival, tactics, tools]) loaded.reload();
  };

  return (
    <Page
      title="Manager"
      lead="What the writers found, how long it took, and whether the newest model still lets it pass."
      actions={
        <button type="button" className="button" onClick={reload}>
          Refresh
        </button>
      }
    >
      <Await loaded={overview}>
        {(data) => (
          <>
            <OverviewCards overview={data} />
            <section className="card stack" aria-labelledby="writers">
              <h2 id="writers">Writers</h2>
              <WriterTable overview={data} />
            </section>
          </>
        )}
      </Await>
      <div className="unequal">
        <section className="card stack" aria-labelledby="survival">
          <h2 id="survival">Time to failure</h2>
          <Await loaded={survival}>{(data) => <Survival survival={data} />}</Await>
        </section>
        <section className="card stack" aria-labelledby="egregiousness">
          <h2 id="egregiousness">Egregiousness</h2>
          {overview.data !== undefined && <EgregiousnessFigure counts={overview.data.egregiousness} />}
        </section>
      </div>
      <section className="card stack" aria-labelledby="tactics">
        <h2 id="tactics">Tactics</h2>
        <Await loaded={tactics}>{(data) => <Tactics tactics={data} />}</Await>
      </section>
      {trains && (
        <section className="card stack" aria-labelledby="history">
          <h2 id="history">Models and rounds</h2>
          <ModelHistory />
        </section>
      )}
      <section className="card stack" aria-labelledby="tools">
        <h2 id="tools">The effect of the tools</h2>
        <Await loaded={tools}>{(data) => <ToolAblation tools={data} />}</Await>
      </section>
      <section className="card stack" aria-labelledby="export">
        <h2 id="export">Export</h2>
        <Export report={overview.data?.report ?? null} />
      </section>
    </Page>
  );
}
