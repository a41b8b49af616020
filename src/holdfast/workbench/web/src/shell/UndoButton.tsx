import { useEffect, useState } from "react";

/** How long the server lets something be taken back. */
export const UNDO_SECONDS = 60;

interface UndoButtonProps {
  /** How long it may still be taken back; then the button goes. */
  seconds: number;
  onUndo: () => Promise<void>;
}

/** Takes back what was just sent, while that may be done. */
export function UndoButton({ seconds, onUndo }: UndoButtonProps) {
  const left = useSecondsLeft(seconds);
  const [busy, setBusy] = useState(false);
  if (left <= 0) return null;
  const undo = async () => {
    setBusy(true);
    await onUndo();
    setBusy(false);
  };
  return (
    <button type="button" className="button compact" disabled={busy} onClick={() => void undo()}>
      Take it back <span className="muted number">{left} s</span>
    </button>
  );
}

/** Whole seconds until something ends, counted down from when it was first shown. */
function useSecondsLeft(seconds: number): number {
  const [left, setLeft] = useState(Math.ceil(seconds));
  useEffect(() => {
    const end = performance.now() + 1000 * seconds;
    const timer = setInterval(() => {
      const now = Math.max(0, Math.ceil((end - performance.now()) / 1000));
      setLeft(now);
      if (now === 0) clearInterval(timer);
    }, 1000);
    return () => clearInterval(timer);
  }, [seconds]);
  return left;
}
