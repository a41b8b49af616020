import type { SnippetText } from "../api/schema";

/** A prompt and its completion, to be read. */
export function SnippetView({ snippet: { prompt, completion } }: { snippet: SnippetText }) {
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
