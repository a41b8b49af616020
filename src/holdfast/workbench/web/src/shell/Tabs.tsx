import { type KeyboardEvent, type ReactNode, useId, useRef, useState } from "react";

/** One of several panels of which one is shown. */
export interface Tab {
  name: string;
  panel: () => ReactNode;
}

interface TabsProps {
  label: string;
  tabs: readonly Tab[];
}

const STEPS: Readonly<Record<string, (at: number, last: number) => number>> = {
  ArrowLeft: (at, last) => (at === 0 ? last : at - 1),
  ArrowRight: (at, last) => (at === last ? 0 : at + 1),
  Home: () => 0,
  End: (_, last) => last,
};

/** Tabs as the ARIA practices have them: arrow keys move, one panel is shown. */
export function Tabs({ label, tabs }: TabsProps) {
  const [at, setAt] = useState(0);
  const buttons = useRef<(HTMLButtonElement | null)[]>([]);
  const id = useId();
  const shown = tabs[at];

  const move = (event: KeyboardEvent) => {
    const next = STEPS[event.key]?.(at, tabs.length - 1);
    if (next === undefined) return;
    event.preventDefault();
    setAt(next);
    buttons.current[next]?.focus();
  };

  return (
    <div className="stack">
      <div role="tablist" aria-label={label} className="tabs">
        {tabs.map(({ name }, place) => (
          <button
            key={name}
            ref={(button) => {
              buttons.current[place] = button;
            }}
            type="button"
            role="tab"
            id={`${id}-tab-${place}`}
            aria-selected={place === at}
            aria-controls={`${id}-panel`}
            tabIndex={place === at ? 0 : -1}
            onClick={() => setAt(place)}
            onKeyDown={move}
          >
            {name}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-tab-${at}`} tabIndex={0} key={at}>
        {shown?.panel()}
      </div>
    </div>
  );
}
