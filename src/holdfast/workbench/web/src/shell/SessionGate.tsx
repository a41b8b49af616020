import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from "react";

import { api } from "../api/client";
import { inWords } from "../api/error";
import type { SessionShape } from "../api/schema";
import { ExpiredDialog } from "./ExpiredDialog";
import { type Session, SessionContext, signedIn } from "./session";
import { SignInPage } from "./SignInPage";

interface Waiting {
  resolve: () => void;
  reject: (reason: Error) => void;
}

/**
 * Shows its children to those who are signed in, and the sign-in page to others.
 *
 * When a session expires the page stays as it is, under a dialog, and the calls that were refused wait.
 */
export function SessionGate({ children }: { children: ReactNode }) {
  const [shape, setShape] = useState<SessionShape | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [expired, setExpired] = useState(false);
  const waiting = useRef<Waiting[]>([]);

  const refresh = useCallback(
    () =>
      api.session().then(
        (found) => {
          // A session that is gone while the page is in use is the dialog's business.
          setShape((now) => (now?.member != null && found.member === null ? now : found));
          setProblem(null);
        },
        (error: unknown) => setProblem(inWords(error)),
      ),
    [],
  );

  useEffect(() => {
    api.onExpired = () =>
      new Promise((resolve, reject) => {
        waiting.current.push({ resolve, reject });
        setExpired(true);
      });
    void refresh();
    return () => {
      api.onExpired = null;
    };
  }, [refresh]);

  const renewed = useCallback(
    (found: SessionShape) => {
      const calls = waiting.current.splice(0);
      const same = found.member?.id === shape?.member?.id;
      for (const call of calls) {
        if (same) call.resolve();
        else call.reject(new Error("somebody else has signed in"));
      }
      if (!same) window.location.assign("/");
      setShape(found);
      setExpired(false);
    },
    [shape],
  );

  const session = useMemo<Session | null>(() => {
    const parts = shape === null ? null : signedIn(shape);
    if (shape === null || parts === null) return null;
    const signOut = async () => {
      await api.signOut();
      window.location.assign("/");
    };
    return { ...parts, team: shape.team, refresh, signOut };
  }, [shape, refresh]);

  if (shape === null) return problem === null ? <Opening /> : <Closed problem={problem} again={refresh} />;
  if (session === null) return <SignInPage team={shape.team} onSignedIn={setShape} />;
  return (
    <SessionContext value={session}>
      {children}
      {expired && <ExpiredDialog name={session.member.name} team={session.team} onRenewed={renewed} />}
    </SessionContext>
  );
}

function Opening() {
  return (
    <main className="alone">
      <p className="muted">Opening the workbench …</p>
    </main>
  );
}

function Closed({ problem, again }: { problem: string; again: () => Promise<void> }) {
  return (
    <main className="alone stack">
      <h1>The workbench does not answer</h1>
      <p role="alert">{problem}</p>
      <p>
        <button type="button" className="button" onClick={() => void again()}>
          Try again
        </button>
      </p>
    </main>
  );
}
