import { useId } from "react";

import { SHORTEST_PASSWORD } from "./role";

interface PasswordFieldProps {
  label?: string;
  /** One that exists already, so that its length is no matter. */
  known?: boolean;
  value: string;
  onChange: (value: string) => void;
}

/** A password: a new one, or one that is known. */
export function PasswordField({ label = "Password", known = false, value, onChange }: PasswordFieldProps) {
  const id = useId();
  const rules = { minLength: SHORTEST_PASSWORD, "aria-describedby": `${id}-hint` };
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        className="input"
        type="password"
        autoComplete={known ? "current-password" : "new-password"}
        required
        maxLength={1000}
        value={value}
        onChange={({ target }) => onChange(target.value)}
        {...(!known && rules)}
      />
      {!known && (
        <span id={`${id}-hint`} className="hint">
          At least {SHORTEST_PASSWORD} characters.
        </span>
      )}
    </div>
  );
}
