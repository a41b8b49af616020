import { useEffect, useEffectEvent } from "react";

/** What single keys do. */
export type Shortcuts = Readonly<Record<string, () => void>>;

const WRITING =
  "input:not([type=range]):not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable]";
/** Here Enter means something already. */
const PRESSED_BY_ENTER = "a, button, summary";

/** Let single keys act while the component is shown, but not while somebody writes or a dialog is open. */
export function useShortcuts(shortcuts: Shortcuts, on = true): void {
  const press = useEffectEvent((event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const at = event.target instanceof Element ? event.target : document.body;
    if (at.closest(WRITING) !== null || document.querySelector("dialog[open]") !== null) return;
    if (event.key === "Enter" && at.closest(PRESSED_BY_ENTER) !== null) return;
    const act = shortcuts[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (act === undefined) return;
    event.preventDefault();
    act();
  });
  useEffect(() => {
    if (!on) return;
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, [on]);
}
