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
import { Marked } from "../shell/Marked";
import { SnippetView } from "../shell/SnippetView";
import { CommentList } from "../submissions/Comments";
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
  { name: "Reason", prose: true, cell: ({ reason }) => <Marked text={reason} /> },
  { name: "When", cell: ({ created }) => when(created) },
];

/** The items whose labels disagree, with the labels, for somebody to settle. */
export function Disagreements() {
  const loaded = useLoaded(load);
  const { reload } = loaded;
  const { tell } = useNotices();
  useNews("review", reload);
  useNews("submission", reload);

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
            An item appears here when reviewers label it differently, when all of them are unsure, or when its
            writer disputes the decision. Somebody who has not labelled it settles it.
          </Empty>
        ) : (
          <ul className="stack">
            {items.map((item) => (
              <li key={item.submission} className="card stack">
                <h2>Item {item.submission}</h2>
                <SnippetView snippet={item} />
                {item.dispute !== null && (
                  <p className="comment">
                    <strong>The writer disputes that it is harmless:</strong> <Marked text={item.dispute} />
                  </p>
                )}
                <DataTable
                  caption={`Labels of item ${item.submission}`}
                  columns={COLUMNS}
                  rows={item.labels}
                />
                <CommentList comments={item.comments} />
                <LabelForm
                  keys={false}
                  unsure={false}
                  action="Settle"
                  send={(label) => settle(item.submission, label)}
                />
              </li>
            ))}
          </ul>
        )
      }
    </Await>
  );
}
