import { seriesStyle } from "./series";

/** Which line is which. */
export function Legend({ names }: { names: readonly string[] }) {
  return (
    <ul className="legend" aria-hidden="true">
      {names.map((name, place) => {
        const { colour, dash } = seriesStyle(place);
        return (
          <li key={name}>
            <svg width="28" height="10">
              <line x1="1" x2="27" y1="5" y2="5" stroke={colour} strokeDasharray={dash} strokeWidth="2.5" />
            </svg>
            {name}
          </li>
        );
      })}
    </ul>
  );
}
