import { useId } from "react";

import { SHORTEST_PASSWORD } from "./role";

interface PasswordFieldProps {
  label?: string;
  value: string;
  onChange: (value: string) => void;
}

/** A new password. */
export function PasswordField({ label = "Password", value, onChange }: PasswordFieldProps) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        className="input"
        type="password"
        autoComplete="new-password"
        required
        minLength={SHORTEST_PASSWORD}
        maxLength={1000}
        value={value}
        aria-describedby={`${id}-hint`}
        onChange={({ target }) => onChange(target.value)}
      />
      <span id={`${id}-hint`} className="hint">
        At least {SHORTEST_PASSWORD} characters.
      </span>
    </div>
  );
}
