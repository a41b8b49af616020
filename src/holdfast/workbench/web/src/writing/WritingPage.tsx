import "./writing.css";

import { useEffect, useRef, useState } from "react";

import { useLoaded } from "../api/loaded";
import type { WritingSessionShape } from "../api/schema";
import { Await } from "../shell/Await";
import { Page } from "../shell/Page";
import { useNews } from "../shell/news";
import { useNotices } from "../shell/notices";
import { type Session, useSession } from "../shell/session";
import * as calls from "./calls";
import type { Desk } from "./desk";
import { deskOf, type Workplace, WorkplaceContext } from "./deskContext";
import { Editors } from "./editor/editors";
import { Suggestions } from "./tools/suggestions";
import { WritingDesk } from "./WritingDesk";

/** The editor's page: whoever opens it goes on where they were. */
export function WritingPage() {
  const sitting = useLoaded(calls.currentWritingSession);
  // Its tools may no longer be on offer.
  useNews("settings", sitting.reload);
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
  useSettings(desk, session);
  const workplace: Workplace = { desk, ...parts, project: session.project };
  return (
    <WorkplaceContext value={workplace}>
      <WritingDesk />
    </WorkplaceContext>
  );
}

/** Go on by the settings as they are now: the clock, and what judge and objective make of the text. */
function useSettings(desk: Desk, { project }: Session): void {
  const { tell } = useNotices();
  const { idle_seconds: idle, judge, objective } = project;
  const known = useRef({ judge, objective });
  useEffect(() => desk.clock.pauseAfter(idle), [desk, idle]);
  useEffect(() => {
    if (known.current.judge === judge && known.current.objective === objective) return;
    known.current = { judge, objective };
    desk.live.again();
    tell("The settings of the workbench have changed: judge or objective is another one now.");
  }, [desk, judge, objective, tell]);
}
