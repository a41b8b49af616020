import { type SyntheticEvent, useId, useState } from "react";

import type { NewAccount } from "../api/schema";
import { PasswordField } from "./PasswordField";
import { type Role, roleOf, ROLES } from "./role";

interface NewAccountFormProps {
  /** Resolves to whether the account was made. */
  add: (account: NewAccount) => Promise<boolean>;
}

/** Makes an account. */
export function NewAccountForm({ add }: NewAccountFormProps) {
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("writer");
  const [password, setPassword] = useState("");
  const id = useId();

  const submit = async (event: SyntheticEvent) => {
    event.preventDefault();
    if (!(await add({ name, role, password }))) return;
    setName("");
    setPassword("");
  };

  return (
    <form className="stack" onSubmit={(event) => void submit(event)}>
      <div className="field">
        <label htmlFor={`${id}-name`}>Name</label>
        <input
          id={`${id}-name`}
          className="input"
          autoComplete="off"
          required
          maxLength={100}
          value={name}
          onChange={({ target }) => setName(target.value)}
        />
      </div>
      <div className="field">
        <label htmlFor={`${id}-role`}>Role</label>
        <select
          id={`${id}-role`}
          className="input"
          value={role}
          onChange={({ target }) => setRole(roleOf(target.value))}
        >
          {ROLES.map((each) => (
            <option key={each}>{each}</option>
          ))}
        </select>
      </div>
      <PasswordField value={password} onChange={setPassword} />
      <div>
        <button type="submit" className="button primary">
          Add account
        </button>
      </div>
    </form>
  );
}
