import { useId, useState } from "react";

import { useLoaded } from "../../api/loaded";
import type { WordClass } from "../../api/schema";
import { count } from "../../charts/numbers";
import { Await } from "../../shell/Await";
import { Dialog } from "../../shell/Dialog";
import * as calls from "../calls";

/** The words that may be written, by class. */
export function WordsDialog({ onClose }: { onClose: () => void }) {
  const loaded = useLoaded(calls.vocabulary);
  return (
    <Dialog title="Words" onClose={onClose}>
      <div className="wide stack">
        <Await loaded={loaded}>{(classes) => <Words classes={classes} />}</Await>
        <button type="button" className="button" onClick={onClose}>
          Close
        </button>
      </div>
    </Dialog>
  );
}

/** Words of a closed class that show what the class is. */
const EXAMPLES = 8;

function Words({ classes }: { classes: readonly WordClass[] }) {
  const [typed, setTyped] = useState("");
  const id = useId();
  const sought = typed.trim().toLowerCase();
  const fitting = classes
    .map(({ name, words }) => ({
      name,
      words: name.toLowerCase().includes(sought) ? words : words.filter((word) => word.includes(sought)),
    }))
    .filter(({ words }) => words.length);
  if (!classes.length) return <p className="muted">Any word may be used here.</p>;
  return (
    <>
      <div className="field">
        <label htmlFor={id}>Find a word, or a kind of word</label>
        <input
          id={id}
          className="input"
          type="search"
          value={typed}
          onChange={({ target }) => setTyped(target.value)}
        />
      </div>
      <p className="muted small" role="status">
        {count(
          fitting.reduce((sum, { words }) => sum + words.length, 0),
          "word",
        )}{" "}
        in {count(fitting.length, "class", "classes")}. No other words may be used.
      </p>
      <div className="word-classes">
        {fitting.map(({ name, words }) => (
          <details key={name} open={sought !== "" || fitting.length === 1}>
            <summary>
              <span>
                <strong>{name}</strong> <span className="muted small">{words.length}</span>{" "}
                <span className="muted small word-examples">{words.slice(0, EXAMPLES).join(", ")}</span>
              </span>
            </summary>
            <p className="word-list">{words.join("  ")}</p>
          </details>
        ))}
      </div>
    </>
  );
}
