import { useState } from "react";

import { api } from "../api/client";
import { inWords } from "../api/error";
import type { SessionShape } from "../api/schema";
import { Dialog } from "./Dialog";
import { SignInForm } from "./SignInForm";
import { NoToken } from "./SignInPage";

interface ExpiredDialogProps {
  name: string;
  team: boolean;
  onRenewed: (session: SessionShape) => void;
}

/** Asks somebody whose session has ended to sign in again, over the page as they left it. */
export function ExpiredDialog({ name, team, onRenewed }: ExpiredDialogProps) {
  return (
    <Dialog title="Your session has ended">
      <p>Sign in again to continue. Everything you typed is still on the page.</p>
      {team ? <SignInForm name={name} onSignedIn={onRenewed} /> : <Elsewhere onRenewed={onRenewed} />}
    </Dialog>
  );
}

/** The token is used in another tab, so that this one can only look again. */
function Elsewhere({ onRenewed }: Pick<ExpiredDialogProps, "onRenewed">) {
  const [problem, setProblem] = useState<string | null>(null);
  const look = async () => {
    try {
      const session = await api.session();
      if (session.member === null) setProblem("There is no new session yet.");
      else onRenewed(session);
    } catch (error) {
      setProblem(inWords(error));
    }
  };
  return (
    <>
      <NoToken />
      <p>Open it in another tab, then come back to this one.</p>
      {problem !== null && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
      <button type="button" className="button primary" onClick={() => void look()}>
        I have opened it
      </button>
    </>
  );
}
