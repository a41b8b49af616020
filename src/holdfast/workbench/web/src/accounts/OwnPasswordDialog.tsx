import { useState } from "react";

import { api } from "../api/client";
import { inWords } from "../api/error";
import { useNotices } from "../shell/notices";
import { PasswordDialog } from "./PasswordDialog";
import { PasswordField } from "./PasswordField";

interface OwnPasswordDialogProps {
  name: string;
  onClose: () => void;
}

/** Changes one's own password: the old one is asked for, and other browsers are signed out. */
export function OwnPasswordDialog({ name, onClose }: OwnPasswordDialogProps) {
  const [old, setOld] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const { tell } = useNotices();

  const set = async (password: string): Promise<boolean> => {
    setProblem(null);
    try {
      await api.post("/api/session/password", { body: { old, new: password } });
      tell("Your password was changed. Your other browsers are signed out.", "good");
      return true;
    } catch (error) {
      setProblem(inWords(error));
      return false;
    }
  };

  return (
    <PasswordDialog
      title={`Password of ${name}`}
      action="Change password"
      label="New password"
      set={set}
      onClose={onClose}
      problem={problem}
    >
      <PasswordField label="Old password" known value={old} onChange={setOld} />
    </PasswordDialog>
  );
}
