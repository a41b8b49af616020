import { type SyntheticEvent, useId, useState } from "react";

import { api } from "../api/client";
import { PasswordField } from "../accounts/PasswordField";
import { inWords } from "../api/error";
import type { SessionShape } from "../api/schema";

interface SignInFormProps {
  /** Who was signed in before. */
  name?: string;
  onSignedIn: (session: SessionShape) => void;
}

/** Asks for a name and a password. */
export function SignInForm({ name: before = "", onSignedIn }: SignInFormProps) {
  const [name, setName] = useState(before);
  const [password, setPassword] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const id = useId();

  const submit = async (event: SyntheticEvent) => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      onSignedIn(await api.signIn(name, password));
    } catch (error) {
      setProblem(inWords(error));
      setPassword("");
    } finally {
      setBusy(false);
    }
  };

  return (
    <form className="stack" onSubmit={(event) => void submit(event)}>
      <div className="field">
        <label htmlFor={`${id}-name`}>Name</label>
        <input
          id={`${id}-name`}
          className="input"
          autoComplete="username"
          required
          maxLength={100}
          value={name}
          onChange={({ target }) => setName(target.value)}
        />
      </div>
      <PasswordField known value={password} onChange={setPassword} />
      {problem !== null && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
      <button type="submit" className="button primary" disabled={busy}>
        Sign in
      </button>
    </form>
  );
}
