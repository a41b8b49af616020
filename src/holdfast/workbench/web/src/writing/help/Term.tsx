import { useId, useState } from "react";

import { useWorkplace } from "../deskContext";
import { meaning, type TermName } from "./terms";

/** A term where it stands; a click says what it means, and another hides that. */
export function Term({ name, children = name }: { name: TermName; children?: string }) {
  const { project } = useWorkplace();
  const [open, setOpen] = useState(false);
  const id = useId();
  return (
    <>
      <button
        type="button"
        className="term"
        aria-expanded={open}
        aria-controls={id}
        title="What does this mean?"
        onClick={() => setOpen(!open)}
      >
        {children}
      </button>
      {open && (
        <span id={id} role="note" className="term-meaning">
          {meaning(name, project)}
        </span>
      )}
    </>
  );
}
