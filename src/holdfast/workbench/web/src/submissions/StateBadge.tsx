import { type State, STATES } from "./state";

/** What has become of a text, and whether that is new to its reader. */
export function StateBadge({ state, news }: { state: State; news: boolean }) {
  const { name, tone } = STATES[state];
  return (
    <span className="row">
      <span className={`badge ${tone}`}>{name}</span>
      {news && <span className="badge accent">New</span>}
    </span>
  );
}
