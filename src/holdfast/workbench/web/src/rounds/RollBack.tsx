import { useState } from "react";

import { api } from "../api/client";
import { inWords } from "../api/error";
import { useNotices } from "../shell/notices";

/** One click to an earlier model. */
export function RollBack({ round, onDone }: { round: number; onDone: () => void }) {
  const { tell } = useNotices();
  const [asking, setAsking] = useState(false);
  const serve = async () => {
    setAsking(true);
    try {
      await api.put("/api/rounds/served", { body: { round } });
      tell(`${called(round)} serves again.`, "good");
    } catch (error) {
      tell(inWords(error), "problem");
    } finally {
      setAsking(false);
      onDone();
    }
  };
  return (
    <button
      type="button"
      className="button compact"
      disabled={asking}
      aria-label={`Serve ${called(round).toLowerCase()} again`}
      onClick={() => void serve()}
    >
      Serve again
    </button>
  );
}

/** A model by its round, for people. */
export function called(round: number): string {
  return round === 0 ? "The first model" : `The model of round ${round}`;
}
