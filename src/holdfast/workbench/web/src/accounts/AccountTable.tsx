import { useState } from "react";

import type { AccountChange, AccountShape } from "../api/schema";
import { type Column, DataTable } from "../charts/DataTable";
import { when } from "../charts/numbers";
import { useMember } from "../shell/session";
import { PasswordDialog } from "./PasswordDialog";
import { roleOf, ROLES } from "./role";

interface AccountTableProps {
  accounts: readonly AccountShape[];
  change: (account: AccountShape, change: AccountChange) => Promise<boolean>;
}

/** The accounts, with what may be changed of them. */
export function AccountTable({ accounts, change }: AccountTableProps) {
  const me = useMember();
  const [asking, setAsking] = useState<AccountShape | null>(null);

  const columns: readonly Column<AccountShape>[] = [
    { name: "Name", cell: ({ id, name }) => (id === me.id ? `${name} (you)` : name) },
    {
      name: "Role",
      cell: (account) => (
        <select
          className="input compact"
          aria-label={`Role of ${account.name}`}
          value={account.role}
          disabled={account.id === me.id}
          onChange={({ target }) => void change(account, { role: roleOf(target.value) })}
        >
          {ROLES.map((role) => (
            <option key={role}>{role}</option>
          ))}
        </select>
      ),
    },
    {
      name: "State",
      cell: ({ disabled }) =>
        disabled ? <span className="badge">disabled</span> : <span className="badge good">active</span>,
    },
    { name: "Since", cell: ({ created }) => when(created) },
    {
      name: <span className="unseen">Changes</span>,
      cell: (account) => (
        <span className="row">
          <button
            type="button"
            className="button compact"
            aria-label={`New password for ${account.name}`}
            onClick={() => setAsking(account)}
          >
            New password
          </button>
          {account.id !== me.id && (
            <button
              type="button"
              className={`button compact ${account.disabled ? "" : "danger"}`}
              aria-label={`${account.disabled ? "Enable" : "Disable"} ${account.name}`}
              onClick={() => void change(account, { disabled: !account.disabled })}
            >
              {account.disabled ? "Enable" : "Disable"}
            </button>
          )}
        </span>
      ),
    },
  ];

  return (
    <>
      <DataTable caption="Accounts" columns={columns} rows={accounts} />
      {asking !== null && (
        <PasswordDialog
          title={`New password for ${asking.name}`}
          action="Set password"
          set={(password) => change(asking, { password })}
          onClose={() => setAsking(null)}
        />
      )}
    </>
  );
}
