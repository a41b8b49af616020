import { api } from "../api/client";
import { useLoaded } from "../api/loaded";
import type { ChangeShape } from "../api/schema";
import { type Column, DataTable } from "../charts/DataTable";
import { when } from "../charts/numbers";
import { useRounds } from "../rounds/latest";
import { called } from "../rounds/RollBack";
import { RoundTable } from "../rounds/RoundTable";
import { Await } from "../shell/Await";
import { useNews } from "../shell/news";

const load = (signal: AbortSignal): Promise<readonly ChangeShape[]> =>
  api.get("/api/rounds/history", { signal });

const COLUMNS: readonly Column<ChangeShape>[] = [
  { name: "When", cell: ({ created }) => when(created) },
  { name: "Model", cell: ({ round }) => called(round) },
  { name: "Result", cell: became },
  { name: "Served before", cell: ({ before }) => called(before) },
  { name: "Why", prose: true, cell: ({ why }) => why || "–" },
];

/** Which model served since when, which did not and why, and a way back to an earlier one. */
export function ModelHistory() {
  const rounds = useRounds();
  const history = useLoaded(load);
  useNews("round", history.reload);
  useNews("model", history.reload);
  const reload = () => {
    rounds.reload();
    history.reload();
  };
  return (
    <>
      <Await loaded={rounds}>{(data) => <RoundTable rounds={data.rounds} onRollBack={reload} />}</Await>
      <h3>History</h3>
      <Await loaded={history}>
        {(changes) =>
          changes.length ? (
            <DataTable caption="History of the models" columns={COLUMNS} rows={changes} />
          ) : (
            <p className="muted">The first model has served since the beginning.</p>
          )
        }
      </Await>
    </>
  );
}

function became({ kind, by }: ChangeShape): string {
  switch (kind) {
    case "promoted":
      return "took over";
    case "declined":
      return "worse, not served";
    case "failed":
      return "training failed";
    case "unusable":
      return "could not be read";
    case "rolled_back":
      return by === null ? "served again" : `served again, by ${by}`;
  }
}
