import type { ReactNode } from "react";

import type { Loaded } from "../api/loaded";

interface AwaitProps<T> {
  loaded: Loaded<T>;
  children: (data: T) => ReactNode;
}

/** Shows what is loaded once it is there, and a problem with a way to try again. */
export function Await<T>({ loaded: { data, problem, reload }, children }: AwaitProps<T>) {
  return (
    <>
      {problem !== null && (
        <div className="row" role="alert">
          <p className="problem">{problem}</p>
          <button type="button" className="button compact" onClick={reload}>
            Try again
          </button>
        </div>
      )}
      {data !== undefined ? children(data) : problem === null && <p className="muted loading">Loading …</p>}
    </>
  );
}
