import { type SyntheticEvent, useId, useState } from "react";

import { api } from "../api/client";
import { inWords } from "../api/error";
import { Dialog } from "../shell/Dialog";
import { useNotices } from "../shell/notices";
import { PasswordField } from "./PasswordField";

interface OwnPasswordDialogProps {
  name: string;
  onClose: () => void;
}

/** Changes one's own password: the old one is asked for, and other browsers are signed out. */
export function OwnPasswordDialog({ name, onClose }: OwnPasswordDialogProps) {
  const id = useId();
  const [old, setOld] = useState("");
  const [next, setNext] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const { tell } = useNotices();

  const submit = async (event: SyntheticEvent) => {
    event.preventDefault();
    setProblem(null);
    try {
      await api.post("/api/session/password", { body: { old, new: next } });
      tell("Your password was changed. Your other browsers are signed out.", "good");
      onClose();
    } catch (error) {
      setProblem(inWords(error));
    }
  };

  return (
    <Dialog title={`Password of ${name}`} onClose={onClose}>
      <form className="stack" onSubmit={(event) => void submit(event)}>
        <div className="field">
          <label htmlFor={id}>Old password</label>
          <input
            id={id}
            className="input"
            type="password"
            autoComplete="current-password"
            required
            maxLength={1000}
            value={old}
            onChange={({ target }) => setOld(target.value)}
          />
        </div>
        <PasswordField label="New password" value={next} onChange={setNext} />
        {problem !== null && (
          <p className="problem" role="alert">
            {problem}
          </p>
        )}
        <div className="row">
          <button type="submit" className="button primary">
            Change password
          </button>
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
        </div>
      </form>
    </Dialog>
  );
}
