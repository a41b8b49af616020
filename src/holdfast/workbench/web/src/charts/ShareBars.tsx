import { share } from "./numbers";

interface ShareBarsProps {
  /** What each share is of, in order, such as "round 2". */
  names: readonly string[];
  shares: readonly number[];
}

const BAR = 10;
const GAP = 3;
const HEIGHT = 28;

/** A row of small bars within a line of text: how a share has gone. */
export function ShareBars({ names, shares }: ShareBarsProps) {
  const width = Math.max(1, shares.length) * (BAR + GAP) - GAP;
  const said = shares.map((value, place) => `${names[place] ?? ""}: ${share(value)}`).join(", ");
  return (
    <svg className="share-bars" role="img" aria-label={said} width={width} height={HEIGHT}>
      <title>{said}</title>
      {shares.map((value, place) => (
        <g key={place} transform={`translate(${place * (BAR + GAP)},0)`}>
          <rect className="bar-ground" width={BAR} height={HEIGHT} />
          <rect className="bar" width={BAR} y={HEIGHT * (1 - value)} height={HEIGHT * value} />
        </g>
      ))}
    </svg>
  );
}
