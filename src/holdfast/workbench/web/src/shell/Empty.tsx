import type { ReactNode } from "react";

interface EmptyProps {
  title: string;
  /** What to do so that there is something. */
  children: ReactNode;
}

/** Stands where there is nothing to show yet. */
export function Empty({ title, children }: EmptyProps) {
  return (
    <div className="empty stack tight">
      <h2>{title}</h2>
      <div>{children}</div>
    </div>
  );
}
