import { useId } from "react";

import { useRounds } from "../rounds/latest";
import { inTheMaking, lastUnused, towardsNext } from "../rounds/round";
import { probability } from "../charts/numbers";
import { useModel, useProject } from "./session";

/** Which model is served, and how far it is to the next. */
export function RoundBanner() {
  const model = useModel();
  const { trains } = useProject();
  const { data: rounds } = useRounds();
  const id = useId();
  if (rounds === undefined) return <div className="banner" />;
  const making = inTheMaking(rounds);
  const unused = lastUnused(rounds);
  return (
    <div className="banner" role="region" aria-label="Model and round">
      <span>
        <strong>{trains ? `Model of round ${model.round}` : "Your guard"}</strong>{" "}
        <span className="muted">passes below {probability(model.threshold)}</span>
      </span>
      {trains && (
        <span className="banner-progress">
          <span id={id}>{towardsNext(rounds)}</span>
          <progress
            aria-labelledby={id}
            max={1}
            value={
              making === null ? Math.min(1, rounds.waiting / rounds.needed) : (rounds.progress ?? undefined)
            }
          />
        </span>
      )}
      {unused !== null && (
        <span className="badge warn">
          {unused.state === "failed"
            ? `Training round ${unused.round} failed`
            : `Round ${unused.round} was worse and is not served`}
        </span>
      )}
    </div>
  );
}
