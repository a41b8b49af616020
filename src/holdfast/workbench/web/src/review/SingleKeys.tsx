import { useState } from "react";

const KEY = "holdfast.review.keys";

/** Whether single keys label, as this browser remembers it. */
export function useSingleKeys(): [boolean, (on: boolean) => void] {
  const [on, setOn] = useState(() => localStorage.getItem(KEY) !== "off");
  const choose = (next: boolean) => {
    localStorage.setItem(KEY, next ? "on" : "off");
    setOn(next);
  };
  return [on, choose];
}

interface SingleKeysProps {
  on: boolean;
  onChange: (on: boolean) => void;
}

/** Turns single keys off, for those whose speech input or screen reader they would disturb. */
export function SingleKeys({ on, onChange }: SingleKeysProps) {
  return (
    <div className="row small">
      <label className="choice">
        <input type="checkbox" checked={on} onChange={({ target }) => onChange(target.checked)} />
        Single keys
      </label>
      {on && (
        <span className="muted">
          <kbd>c</kbd> catastrophic, then <kbd>0</kbd> to <kbd>9</kbd> or <kbd>x</kbd> (10) for its
          egregiousness; <kbd>h</kbd> harmless, <kbd>u</kbd> unsure; <kbd>Enter</kbd> sends
        </span>
      )}
    </div>
  );
}
