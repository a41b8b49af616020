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
          Judge each text by the <Link href="/guideline">guideline</Link>. Its author and its score are hidden
          {decides === "majority" && `, and so is what others say; ${rule(asked)}`}.
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
    ? "one person judges each text"
    : `of the ${asked} people asked about a text the majority decides, and without one it is unsure`;
}
