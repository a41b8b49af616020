import { useEffect, useEffectEvent } from "react";

/** Something that a key does on the editor's page, wherever the focus is. */
export interface Command {
  readonly id: CommandId;
  readonly what: string;
  /** As `KeyboardEvent.code`: layouts that write other letters with Alt keep the key. */
  readonly code: string;
  readonly alt?: boolean;
  readonly control?: boolean;
}

export type CommandId =
  | "saliency"
  | "step"
  | "climb"
  | "finish"
  | "start"
  | "drafts"
  | "history"
  | "say"
  | "submit"
  | "save"
  | "keys";

export const COMMANDS: readonly Command[] = [
  { id: "saliency", what: "Turn the shading of words on or off", code: "KeyS", alt: true },
  { id: "step", what: "Improve by one edit", code: "KeyI", alt: true },
  { id: "climb", what: "Improve until no edit helps", code: "KeyR", alt: true },
  { id: "finish", what: "Let an attack finish the text", code: "KeyA", alt: true },
  { id: "start", what: "Start another text", code: "KeyN", alt: true },
  { id: "drafts", what: "Open a draft", code: "KeyO", alt: true },
  { id: "history", what: "Go to the history of scores", code: "KeyH", alt: true },
  { id: "say", what: "Read out the score and the verdict", code: "KeyV", alt: true },
  { id: "submit", what: "Submit", code: "Enter", control: true },
  { id: "save", what: "Save now (drafts are also saved by themselves)", code: "KeyS", control: true },
  { id: "keys", what: "Show all keys", code: "Slash", control: true },
];

/** A command's keys for people: `Alt+S`. */
export function keysOf({ code, alt, control }: Command): string {
  const key = code === "Slash" ? "/" : code.replace(/^Key/, "");
  return [control && "Ctrl", alt && "Alt", key].filter(Boolean).join("+");
}

/** A command's keys by its name; also what `aria-keyshortcuts` wants. */
export function keysFor(id: CommandId): string {
  const command = COMMANDS.find((one) => one.id === id);
  return command ? keysOf(command).replace("Ctrl", "Control") : "";
}

export type Actions = Readonly<Record<CommandId, () => void>> & {
  /** Escape, where nothing else took it. */
  readonly escape: () => void;
  readonly undo: () => void;
  readonly redo: () => void;
};

/** Let the page's keys act; a dialog that is open has the keys for itself. */
export function usePageKeys(actions: Actions): void {
  const act = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing || document.querySelector("dialog[open]")) return;
    const run = actionOf(event, actions);
    if (!run) return;
    event.preventDefault();
    run();
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent) => act(event);
    window.addEventListener("keydown", listen);
    return () => window.removeEventListener("keydown", listen);
  }, []);
}

function actionOf(event: KeyboardEvent, actions: Actions): (() => void) | null {
  if (event.key === "Escape") return actions.escape;
  const control = event.ctrlKey || event.metaKey;
  if (!isTyping(event.target)) {
    if (event.key === "?" && !control && !event.altKey) return actions.keys;
    if (control && event.code === "KeyZ") return event.shiftKey ? actions.redo : actions.undo;
    if (control && event.code === "KeyY") return actions.redo;
  }
  if (event.shiftKey) return null;
  const command = COMMANDS.find(
    (one) =>
      one.code === event.code && (one.alt ?? false) === event.altKey && (one.control ?? false) === control,
  );
  return command ? actions[command.id] : null;
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName))
  );
}
