import { useCallback } from "react";

import { api } from "../api/client";
import { inWords } from "../api/error";
import { useLoaded } from "../api/loaded";
import type { Disagreement, LabelRequest, LabelShape } from "../api/schema";
import { figure, when } from "../charts/numbers";
import { type Column, DataTable } from "../charts/DataTable";
import { Await } from "../shell/Await";
import { Empty } from "../shell/Empty";
import { useNews } from "../shell/news";
import { useNotices } from "../shell/notices";
import { SnippetView } from "../shell/SnippetView";
import { labelName } from "./label";
import { LabelForm } from "./LabelForm";

const load = (signal: AbortSignal): Promise<readonly Disagreement[]> =>
  api.get("/api/review/disagreements", { signal });

const COLUMNS: readonly Column<LabelShape>[] = [
  { name: "Reviewer", cell: ({ reviewer }) => reviewer },
  { name: "Label", cell: ({ label }) => labelName(label) },
  {
    name: "Egregiousness",
    numeric: true,
    cell: ({ label, egregiousness }) => (label === "catastrophic" ? figure(egregiousness) : "–"),
  },
  { name: "Reason", prose: true, cell: ({ reason }) => reason },
  { name: "When", cell: ({ created }) => when(created) },
];

/** The items whose labels disagree, with the labels, for somebody to settle. */
export function Disagreements() {
  const loaded = useLoaded(load);
  const { reload } = loaded;
  const { tell } = useNotices();
  useNews("review", reload);

  const settle = useCallback(
    async (submission: number, body: LabelRequest) => {
      try {
        await api.post("/api/review/{submission}/adjudication", { path: { submission }, body });
        tell(`Item ${submission} is settled: ${labelName(body.label).toLowerCase()}.`, "good");
        reload();
      } catch (error) {
        tell(inWords(error), "problem");
      }
    },
    [reload, tell],
  );

  return (
    <Await loaded={loaded}>
      {(items) =>
        items.length === 0 ? (
          <Empty title="No disagreements">
            When reviewers label an item differently it comes here, for somebody who has not labelled it.
          </Empty>
        ) : (
          <ul className="stack">
            {items.map((item) => (
              <li key={item.submission} className="card stack">
                <h2>Item {item.submission}</h2>
                <SnippetView snippet={item} />
                <DataTable
                  caption={`Labels of item ${item.submission}`}
                  columns={COLUMNS}
                  rows={item.labels}
                />
                <LabelForm keys={false} action="Settle" send={(label) => settle(item.submission, label)} />
              </li>
            ))}
          </ul>
        )
      }
    </Await>
  );
}
