import { useId } from "react";

import type { Field, Value } from "./fields";
import { settingWords, valueWords } from "./words";

interface SettingFieldProps<Kind extends Field["kind"]> {
  field: Extract<Field, { kind: Kind }>;
  value: Value | undefined;
  onChange: (value: Value) => void;
}

/** The field of one setting, by its kind. */
export function SettingField({ field, ...rest }: SettingFieldProps<Field["kind"]>) {
  switch (field.kind) {
    case "choice":
      return <Choice field={field} {...rest} />;
    case "several":
      return <Several field={field} {...rest} />;
    case "number":
      return <NumberField field={field} {...rest} />;
  }
}

function Choice({ field, value, onChange }: SettingFieldProps<"choice">) {
  const id = useId();
  return (
    <Choices field={field}>
      {(option) => (
        <input type="radio" name={id} checked={option === value} onChange={() => onChange(option)} />
      )}
    </Choices>
  );
}

function Several({ field, value, onChange }: SettingFieldProps<"several">) {
  const chosen = Array.isArray(value) ? (value as readonly string[]) : [];
  const change = (option: string, on: boolean) => {
    // In the order of the options, whatever the order of the clicks; the last one cannot be taken out.
    const next = field.options.filter((each) => (each === option ? on : chosen.includes(each)));
    if (next.length > 0) onChange(next);
  };
  return (
    <Choices field={field}>
      {(option) => (
        <input
          type="checkbox"
          checked={chosen.includes(option)}
          onChange={({ target }) => change(option, target.checked)}
        />
      )}
    </Choices>
  );
}

interface ChoicesProps {
  field: Extract<Field, { options: readonly string[] }>;
  children: (option: string) => React.ReactNode;
}

function Choices({ field, children }: ChoicesProps) {
  const { name, hint } = settingWords(field.name, field.title);
  return (
    <fieldset className="choices">
      <legend>{name}</legend>
      <p className="muted small">{hint}</p>
      {field.options.map((option) => (
        <label key={option} className="choice">
          {children(option)}
          <span>
            {valueWords(option).name} <span className="muted small">{valueWords(option).hint}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

function NumberField({ field, value, onChange }: SettingFieldProps<"number">) {
  const id = useId();
  const { name, hint } = settingWords(field.name, field.title);
  const { min, max } = field;
  return (
    <div className="field">
      <label htmlFor={id}>{name}</label>
      <input
        id={id}
        className="input short"
        type="number"
        required
        min={min}
        max={max}
        step={field.whole ? 1 : "any"}
        value={typeof value === "number" ? value : ""}
        aria-describedby={`${id}-hint`}
        onChange={({ target }) => onChange(target.value === "" ? null : target.valueAsNumber)}
      />
      <span id={`${id}-hint`} className="hint">
        {hint}
        {max !== undefined && ` From ${min.toLocaleString("en-GB")} to ${max.toLocaleString("en-GB")}.`}
      </span>
    </div>
  );
}
