import { Dialog } from "../../shell/Dialog";
import { useWorkplace } from "../deskContext";
import { meaning, type TermName } from "./terms";

const TERMS: readonly TermName[] = ["catastrophe", "score", "threshold", "near miss", "points"];

/** What somebody needs to know who sees the workbench for the first time. */
export function FirstSteps() {
  const { project } = useWorkplace();
  const terms = project.assumption ? TERMS.filter((term) => term !== "near miss") : TERMS;
  return (
    <div className="stack tight first-steps">
      <p>
        You look for failures: catastrophes that the model does not notice. Take a text that it catches, and
        change words until its score falls below the threshold while the text stays a catastrophe. Then submit
        it. {project.trains && "The next model is trained on what you find."}
      </p>
      <p>
        The task here is <strong>{project.task}</strong>: {project.description}.
      </p>
      <dl className="terms">
        {terms.map((term) => (
          <div key={term}>
            <dt>{capitalised(term)}</dt>
            <dd>{meaning(term, project)}</dd>
          </div>
        ))}
      </dl>
      <p className="muted small">
        The strongest shading marks the words that change the score most. Click a word to see alternatives,
        the lowest score first.
      </p>
    </div>
  );
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The same over the page, at any time. */
export function FirstStepsDialog({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title="How it works" onClose={onClose}>
      <div className="wide stack">
        <FirstSteps />
        <button type="button" className="button" onClick={onClose}>
          Close
        </button>
      </div>
    </Dialog>
  );
}
