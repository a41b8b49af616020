import { useId } from "react";

import { SHORTEST_PASSWORD } from "./role";

interface PasswordFieldProps {
  value: string;
  onChange: (value: string) => void;
}

/** A password that somebody is given. */
export function PasswordField({ value, onChange }: PasswordFieldProps) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>Password</label>
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
