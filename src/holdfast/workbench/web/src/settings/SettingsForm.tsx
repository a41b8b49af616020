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
  const [base, setBase] = useState(settings);
  const [elsewhere, setElsewhere] = useState(false);
  const [busy, setBusy] = useState(false);
  if (!same(base, settings)) {
    // They have been saved, here or by somebody else; what was changed here and not saved stays.
    const untouched = same(values, base) || same(values, settings);
    setBase(settings);
    setElsewhere(!untouched);
    if (untouched) setValues({ ...settings });
  }
  const changed = !same(values, settings);

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
      {elsewhere && changed && (
        <p className="problem" role="status">
          Somebody else has changed the settings in the meantime. “Save” replaces their changes with yours;
          “Undo changes” shows theirs.
        </p>
      )}
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

function same(one: object, other: object): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
