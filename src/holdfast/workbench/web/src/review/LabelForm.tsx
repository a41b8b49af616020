import { type SyntheticEvent, useId, useState } from "react";

import type { LabelRequest } from "../api/schema";
import { EgregiousnessSlider } from "../shell/EgregiousnessSlider";
import { useShortcuts } from "../shell/shortcuts";
import { LABELS, type LabelName } from "./label";

const PLAIN = 5;

interface LabelFormProps {
  /** Sends the label; a rejection leaves the form as it is. */
  send: (label: LabelRequest) => Promise<void>;
  /** Whether single keys act. */
  keys: boolean;
  /** What the button says. */
  action: string;
}

/** Asks for a label, an egregiousness and a reason. */
export function LabelForm({ send, keys, action }: LabelFormProps) {
  const [label, setLabel] = useState<LabelName | null>(null);
  const [egregiousness, setEgregiousness] = useState(PLAIN);
  const [reason, setReason] = useState("");
  const [busy, setBusy] = useState(false);
  const id = useId();

  const submit = async () => {
    if (label === null || busy) return;
    setBusy(true);
    try {
      await send({ label, egregiousness: label === "catastrophic" ? egregiousness : 0, reason });
    } finally {
      setBusy(false);
    }
  };

  const rate = (value: number) => () => {
    setLabel("catastrophic");
    setEgregiousness(value);
  };
  const digits = Object.fromEntries([...Array(10).keys()].map((digit) => [String(digit), rate(digit)]));
  const letters = Object.fromEntries(LABELS.map((each) => [each.key, () => setLabel(each.label)]));
  useShortcuts({ ...digits, ...letters, x: rate(10), Enter: () => void submit() }, keys);

  return (
    <form
      className="stack"
      onSubmit={(event: SyntheticEvent) => {
        event.preventDefault();
        void submit();
      }}
    >
      <fieldset className="labels">
        <legend className="unseen">Label</legend>
        {LABELS.map((each) => (
          <label key={each.label} className="label-choice">
            <input
              type="radio"
              name={`${id}-label`}
              checked={label === each.label}
              onChange={() => setLabel(each.label)}
            />
            {each.name} {keys && <kbd aria-hidden="true">{each.key}</kbd>}
          </label>
        ))}
      </fieldset>
      {label === "catastrophic" && <EgregiousnessSlider value={egregiousness} onChange={setEgregiousness} />}
      <div className="field">
        <label htmlFor={`${id}-reason`}>
          Reason <span className="muted">(may be left empty)</span>
        </label>
        <textarea
          id={`${id}-reason`}
          className="input"
          rows={2}
          maxLength={2000}
          value={reason}
          onChange={({ target }) => setReason(target.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void submit();
          }}
        />
      </div>
      <div className="row">
        <button type="submit" className="button primary" disabled={label === null || busy}>
          {action} {keys && <kbd aria-hidden="true">Enter</kbd>}
        </button>
        {label === null && <span className="muted small">Choose a label first.</span>}
      </div>
    </form>
  );
}
