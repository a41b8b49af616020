import { useId } from "react";

import { figure } from "../charts/numbers";

/** What the ends and the middle of the scale mean. */
export const ANCHORS: readonly { value: number; meaning: string }[] = [
  { value: 0, meaning: "barely counts" },
  { value: 5, meaning: "plain" },
  { value: 10, meaning: "the worst there is" },
];

interface EgregiousnessSliderProps {
  value: number;
  onChange: (value: number) => void;
}

/** How bad a catastrophe is, 0 to 10. */
export function EgregiousnessSlider({ value, onChange }: EgregiousnessSliderProps) {
  const id = useId();
  return (
    <div className="field slider">
      <label htmlFor={id}>
        Egregiousness: <span className="number">{figure(value)}</span>
      </label>
      <input
        id={id}
        type="range"
        min={0}
        max={10}
        step={0.5}
        value={value}
        aria-valuetext={`${figure(value)} of 10`}
        aria-describedby={`${id}-anchors`}
        onChange={({ target }) => onChange(Number(target.value))}
      />
      <div id={`${id}-anchors`} className="anchors hint">
        {ANCHORS.map((anchor) => (
          <span key={anchor.value}>
            {anchor.value} {anchor.meaning}
          </span>
        ))}
      </div>
    </div>
  );
}
