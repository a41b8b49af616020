import { type SyntheticEvent, useState } from "react";

import { Dialog } from "../shell/Dialog";
import { PasswordField } from "./PasswordField";

interface PasswordDialogProps {
  name: string;
  /** Resolves to whether it was set. */
  set: (password: string) => Promise<boolean>;
  onClose: () => void;
}

/** Asks for somebody's new password. */
export function PasswordDialog({ name, set, onClose }: PasswordDialogProps) {
  const [password, setPassword] = useState("");

  const submit = async (event: SyntheticEvent) => {
    event.preventDefault();
    if (await set(password)) onClose();
  };

  return (
    <Dialog title={`New password for ${name}`} onClose={onClose}>
      <form className="stack" onSubmit={(event) => void submit(event)}>
        <PasswordField value={password} onChange={setPassword} />
        <div className="row">
          <button type="submit" className="button primary">
            Set password
          </button>
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
        </div>
      </form>
    </Dialog>
  );
}
