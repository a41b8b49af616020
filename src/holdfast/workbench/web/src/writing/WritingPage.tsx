import "./writing.css";

import { useEffect, useState } from "react";

import { useLoaded } from "../api/loaded";
import type { WritingSessionShape } from "../api/schema";
import { Await } from "../shell/Await";
import { Page } from "../shell/Page";
import { useSession } from "../shell/session";
import * as calls from "./calls";
import { deskOf, type Workplace, WorkplaceContext } from "./deskContext";
import { Editors } from "./editor/editors";
import { Suggestions } from "./tools/suggestions";
import { WritingDesk } from "./WritingDesk";

/** The editor's page: whoever opens it goes on where they were. */
export function WritingPage() {
  const sitting = useLoaded(calls.currentWritingSession);
  if (sitting.data) return <Seated sitting={sitting.data} />;
  return (
    <Page title="Write">
      <Await loaded={sitting}>{() => null}</Await>
    </Page>
  );
}

function Seated({ sitting }: { sitting: WritingSessionShape }) {
  const session = useSession();
  const [desk] = useState(() => deskOf(session, sitting.tools));
  const [parts] = useState(() => {
    const suggestions = new Suggestions(desk);
    const editors = new Editors(desk, {
      menu: (spot, takeFocus) => void suggestions.openWord(spot, takeFocus),
      phrases: (spot) => void suggestions.openPhrases(spot),
    });
    return { suggestions, editors };
  });
  useEffect(() => desk.tools.write(sitting.tools), [desk, sitting.tools]);
  useEffect(() => parts.editors.follow(), [parts]);
  useEffect(() => parts.suggestions.follow(), [parts]);
  useEffect(() => {
    if (!sitting.tools.suggestions) return;
    const call = new AbortController();
    // Asking for the attacks readies the server for menus and searches; if it fails, they are but slower.
    calls.attacks(call.signal).catch(() => undefined);
    return () => call.abort();
  }, [sitting.tools.suggestions]);
  const workplace: Workplace = { desk, ...parts, project: session.project };
  return (
    <WorkplaceContext value={workplace}>
      <WritingDesk />
    </WorkplaceContext>
  );
}
