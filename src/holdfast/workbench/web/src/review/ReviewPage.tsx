import { Link } from "wouter";

import { Empty } from "../shell/Empty";
import { Page } from "../shell/Page";
import { useProject } from "../shell/session";
import { Tabs } from "../shell/Tabs";
import { Agreement } from "./Agreement";
import { Disagreements } from "./Disagreements";
import { MyLabels } from "./MyLabels";
import { Queue } from "./Queue";

/** Where people judge. */
export function ReviewPage() {
  const { judge, decides, labels_per_item: asked } = useProject();
  if (judge === "oracle") {
    return (
      <Page title="Review">
        <Empty title="Nothing to review">
          This task’s oracle judges every submission at once. A manager can let people judge instead, in the{" "}
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
          Judge each text by the <Link href="/guideline">guideline</Link>. Author and score are hidden
          {decides === "majority" && `, and so are other people’s labels. ${rule(asked)}`}.
        </>
      }
    >
      <Tabs
        label="Review"
        tabs={[
          { name: "Queue", panel: () => <Queue /> },
          ...(decides === "majority" ? [] : [{ name: "Disagreements", panel: () => <Disagreements /> }]),
          { name: "My labels", panel: () => <MyLabels /> },
          { name: "Agreement", panel: () => <Agreement /> },
        ]}
      />
    </Page>
  );
}

function rule(asked: number): string {
  return asked === 1
    ? "One person judges each text"
    : `The majority of ${asked} people decides about a text; without a majority it is unsure`;
}
