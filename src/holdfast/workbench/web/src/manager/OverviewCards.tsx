import type { Overview } from "../api/schema";
import { count, percent } from "../charts/numbers";
import { StatCard } from "../charts/StatCard";
import { useRounds } from "../rounds/latest";
import { towardsNext } from "../rounds/round";
import { useProject } from "../shell/session";
import { activeTime, rateAlone, rateLimits } from "./figures";

/** The project at a glance. */
export function OverviewCards({ overview }: { overview: Overview }) {
  const { failures, submissions, pending, rejected, active_hours, failures_per_hour, confidence } = overview;
  const limits = rateLimits(failures_per_hour);
  const { data: rounds } = useRounds();
  const { trains } = useProject();
  return (
    <div className="stats">
      <StatCard
        name="Failures found"
        value={failures}
        note={`of ${count(submissions, "submission")}; ${rejected} rejected, ${pending} waiting for labels`}
      />
      <StatCard
        name="Failures per active hour"
        value={rateAlone(failures_per_hour)}
        note={limits === null ? "nothing to measure yet" : `${percent(confidence)} interval ${limits}`}
      />
      <StatCard name="Active time" value={activeTime(active_hours)} note="idle time is not counted" />
      {trains && (
        <StatCard
          name="Next round"
          value={rounds === undefined ? "–" : `${rounds.waiting} / ${rounds.needed}`}
          note={rounds === undefined ? undefined : towardsNext(rounds)}
        />
      )}
    </div>
  );
}
