import type { SessionShape } from "../api/schema";
import { SignInForm } from "./SignInForm";

interface SignInPageProps {
  team: boolean;
  onSignedIn: (session: SessionShape) => void;
}

/** The way in: by account in a team, and otherwise by the address that the server printed. */
export function SignInPage({ team, onSignedIn }: SignInPageProps) {
  return (
    <main className="alone stack">
      <img src="/icon.svg" alt="" width="48" height="48" />
      <h1>Holdfast workbench</h1>
      {team ? (
        <>
          <p className="muted">Sign in with the account that your manager created for you.</p>
          <SignInForm onSignedIn={onSignedIn} />
        </>
      ) : (
        <NoToken />
      )}
    </main>
  );
}

/** What to do where a token is the way in. */
export function NoToken() {
  return (
    <>
      <p>
        This workbench is for one person and opens by a token. Open the whole address that{" "}
        <code>holdfast serve</code> printed when it started; it ends in <code>?token=…</code>
      </p>
      <p className="muted">
        Each address opens the workbench once; the terminal shows the newest one. Your drafts are kept.
      </p>
    </>
  );
}
