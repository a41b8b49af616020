import type { ReactNode } from "react";

interface StatCardProps {
  name: string;
  value: ReactNode;
  /** An interval, or what it is of. */
  note?: ReactNode;
}

/** One figure at a glance. */
export function StatCard({ name, value, note }: StatCardProps) {
  return (
    <div className="card stat">
      <p className="stat-name">{name}</p>
      <p className="stat-value number">{value}</p>
      {note !== undefined && <p className="muted small">{note}</p>}
    </div>
  );
}
