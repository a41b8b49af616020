import { type SyntheticEvent, useId, useState } from "react";

import type { LabelRequest } from "../api/schema";
import { RatingScale } from "../shell/RatingScale";
import { useNotices } from "../shell/notices";
import { useShortcuts } from "../shell/shortcuts";
import { LABELS, type LabelName } from "./label";

interface LabelFormProps {
  /** Sends the label; a rejection leaves the form as it is. */
  send: (label: LabelRequest) => Promise<void>;
  /** Whether single keys act. */
  keys: boolean;
  /** What the button says. */
  action: string;
  /** Whether one may be unsure; whoever settles something decides. */
  unsure?: boolean;
}

/** Asks for a label, an egregiousness and a reason. */
export function LabelForm({ send, keys, action, unsure = true }: LabelFormProps) {
  const [label, setLabel] = useState<LabelName | null>(null);
  const [egregiousness, setEgregiousness] = useState<number | null>(null);
  const [reason, setReason] = useState("");
  const [busy, setBusy] = useState(false);
  const id = useId();
  const { announce } = useNotices();
  const choices = LABELS.filter((each) => unsure || each.label !== "unsure");
  const missing =
    label === null
      ? "Choose a label first."
      : label === "catastrophic" && egregiousness === null
        ? "Say how egregious it is, 0 to 10."
        : null;

  const submit = async () => {
    if (label === null || busy) return;
    if (missing !== null) {
      announce(missing);
      return;
    }
    setBusy(true);
    try {
      await send({ label, egregiousness: label === "catastrophic" ? egregiousness : null, reason });
    } finally {
      setBusy(false);
    }
  };

  // A digit rates what was called catastrophic, and never calls it so: it may be meant for something else.
  const rate = (value: number) => () => {
    if (label === "catastrophic") setEgregiousness(value);
    else announce("Only a catastrophic text has an egregiousness. Press c first.");
  };
  const digits = Object.fromEntries([...Array(10).keys()].map((digit) => [String(digit), rate(digit)]));
  const letters = Object.fromEntries(choices.map((each) => [each.key, () => setLabel(each.label)]));
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
        {choices.map((each) => (
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
      {label === "catastrophic" && <RatingScale value={egregiousness} onChange={setEgregiousness} />}
      <div className="field">
        <label htmlFor={`${id}-reason`}>
          Reason <span className="muted">(optional)</span>
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
        <button type="submit" className="button primary" disabled={missing !== null || busy}>
          {action} {keys && <kbd aria-hidden="true">Enter</kbd>}
        </button>
        {missing !== null && <span className="muted small">{missing}</span>}
      </div>
    </form>
  );
}
