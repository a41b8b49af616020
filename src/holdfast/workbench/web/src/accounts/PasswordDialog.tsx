import { type ReactNode, type SyntheticEvent, useState } from "react";

import { Dialog } from "../shell/Dialog";
import { PasswordField } from "./PasswordField";

interface PasswordDialogProps {
  title: string;
  /** What the button that sets the password is called. */
  action: string;
  label?: string;
  /** Resolves to whether it was set; otherwise the dialog stays open. */
  set: (password: string) => Promise<boolean>;
  onClose: () => void;
  /** Why it was not set, shown in the dialog. */
  problem?: string | null;
  /** Fields above that of the new password. */
  children?: ReactNode;
}

/** Asks for a new password. */
export function PasswordDialog({
  title,
  action,
  label,
  set,
  onClose,
  problem,
  children,
}: PasswordDialogProps) {
  const [password, setPassword] = useState("");

  const submit = async (event: SyntheticEvent) => {
    event.preventDefault();
    if (await set(password)) onClose();
  };

  return (
    <Dialog title={title} onClose={onClose}>
      <form className="stack" onSubmit={(event) => void submit(event)}>
        {children}
        <PasswordField value={password} onChange={setPassword} {...(label !== undefined && { label })} />
        {problem != null && (
          <p className="problem" role="alert">
            {problem}
          </p>
        )}
        <div className="row">
          <button type="submit" className="button primary">
            {action}
          </button>
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
        </div>
      </form>
    </Dialog>
  );
}
