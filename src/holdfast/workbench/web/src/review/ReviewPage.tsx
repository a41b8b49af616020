import { Link } from "wouter";

import { Empty } from "../shell/Empty";
import { Page } from "../shell/Page";
import { useProject } from "../shell/session";
import { Tabs } from "../shell/Tabs";
import { Agreement } from "./Agreement";
import { Disagreements } from "./Disagreements";
import { Queue } from "./Queue";

/** Where people judge. */
export function ReviewPage() {
  const { judge } = useProject();
  if (judge === "oracle") {
    return (
      <Page title="Review">
        <Empty title="Nothing to review">
          This task’s oracle judges every submission at once. A manager may have people judge instead, in the{" "}
          <Link href="/settings">settings</Link>.
        </Empty>
      </Page>
    );
  }
  return (
    <Page
      title="Review"
      lead={
        <>
          Judge each text by the <Link href="/guideline">guideline</Link>. Neither its author nor its score is
          told.
        </>
      }
    >
      <Tabs
        label="Review"
        tabs={[
          { name: "Queue", panel: () => <Queue /> },
          { name: "Disagreements", panel: () => <Disagreements /> },
          { name: "Agreement", panel: () => <Agreement /> },
        ]}
      />
    </Page>
  );
}
