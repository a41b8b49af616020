import { type SyntheticEvent, useState } from "react";

import schema from "../../openapi.json?schema=WorkbenchSettings";
import type { WorkbenchSettings } from "../api/schema";
import { fieldsOf, type Value, type Values } from "./fields";
import { SettingField } from "./SettingField";

const FIELDS = fieldsOf(schema);

interface SettingsFormProps {
  settings: WorkbenchSettings;
  save: (settings: WorkbenchSettings) => Promise<void>;
}

/** A form made from the server's own schema of its settings; the server checks what it sends. */
export function SettingsForm({ settings, save }: SettingsFormProps) {
  const [values, setValues] = useState<Values>({ ...settings });
  const [busy, setBusy] = useState(false);
  const changed = JSON.stringify(values) !== JSON.stringify(settings);

  const submit = async (event: SyntheticEvent) => {
    event.preventDefault();
    setBusy(true);
    try {
      await save(values as unknown as WorkbenchSettings);
    } finally {
      setBusy(false);
    }
  };

  return (
    <form className="card stack loose form" onSubmit={(event) => void submit(event)}>
      {FIELDS.map((field) => (
        <SettingField
          key={field.name}
          field={field}
          value={values[field.name]}
          onChange={(value: Value) => setValues((now) => ({ ...now, [field.name]: value }))}
        />
      ))}
      <div className="row">
        <button type="submit" className="button primary" disabled={!changed || busy}>
          Save
        </button>
        <button
          type="button"
          className="button"
          disabled={!changed}
          onClick={() => setValues({ ...settings })}
        >
          Undo changes
        </button>
      </div>
    </form>
  );
}
