import { useWorkplace } from "../deskContext";
import { useCell } from "../state/cell";
import { clockText } from "../text/figures";

/** The writer's clock: it runs while there is something done, and pauses by itself. */
export function ClockMark() {
  const { desk, project } = useWorkplace();
  const { seconds, running } = useCell(desk.clock.face);
  return (
    <span
      className={running ? "clock number" : "clock number muted"}
      role="timer"
      aria-live="off"
      aria-label={`Active time ${clockText(seconds)}, ${running ? "running" : "paused"}`}
      title={`Pauses after ${project.idle_seconds} s without an edit or a tool`}
    >
      {clockText(seconds)} <span className="small">{running ? "" : "paused"}</span>
    </span>
  );
}
