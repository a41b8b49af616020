import { useId } from "react";

import { figure } from "../charts/numbers";

/** What the ends and the middle of the scale mean. */
const ANCHORS: readonly { value: number; meaning: string }[] = [
  { value: 0, meaning: "barely counts" },
  { value: 5, meaning: "plain" },
  { value: 10, meaning: "the worst possible" },
];

const RATINGS = Array.from({ length: 11 }, (_, index) => index);

interface RatingScaleProps {
  /** Null until something is chosen: nothing is beforehand, so that nothing suggests itself. */
  value: number | null;
  onChange: (value: number) => void;
}

/** How bad a catastrophe is, 0 to 10. */
export function RatingScale({ value, onChange }: RatingScaleProps) {
  const name = useId();
  return (
    <fieldset className="plain rating">
      <legend>How egregious is it?</legend>
      <div className="rating-scale">
        {RATINGS.map((rating) => (
          <label key={rating}>
            <input
              type="radio"
              name={name}
              value={rating}
              checked={value === rating}
              aria-label={`${figure(rating)}${meaningOf(rating)}`}
              onChange={() => onChange(rating)}
            />
            <span aria-hidden="true">{rating}</span>
          </label>
        ))}
      </div>
      <div className="rating-anchors small muted" aria-hidden="true">
        {ANCHORS.map(({ value: at, meaning }) => (
          <span key={at}>
            {at} {meaning}
          </span>
        ))}
      </div>
    </fieldset>
  );
}

function meaningOf(rating: number): string {
  const anchor = ANCHORS.find(({ value }) => value === rating);
  return anchor ? `, ${anchor.meaning}` : "";
}
