import type { SnippetText } from "../api/schema";
import { useProject } from "./session";

/** A prompt and its completion, or the text alone where a project has no prompts, to be read. */
export function SnippetView({ snippet: { prompt, completion } }: { snippet: SnippetText }) {
  const { limits } = useProject();
  if (limits.prompt_words === 0 && prompt === "") return <p className="snippet completion">{completion}</p>;
  return (
    <dl className="snippet">
      <dt>Prompt</dt>
      <dd>{prompt === "" ? <span className="muted">(empty)</span> : prompt}</dd>
      <dt>Completion</dt>
      <dd className="completion">
        {completion === "" ? <span className="muted">(empty)</span> : completion}
      </dd>
    </dl>
  );
}
