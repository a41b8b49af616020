import type { SnippetText } from "../api/schema";
import { Marked, OddNote } from "./Marked";
import { useProject } from "./session";

/** A prompt and its completion, or the text alone where a project has no prompts, to be read. */
export function SnippetView({ snippet: { prompt, completion } }: { snippet: SnippetText }) {
  const { limits } = useProject();
  const alone = limits.prompt_words === 0 && prompt === "";
  return (
    <>
      {alone ? (
        <p className="snippet completion">
          <Marked text={completion} />
        </p>
      ) : (
        <dl className="snippet">
          <dt>Prompt</dt>
          <dd>
            <Part text={prompt} />
          </dd>
          <dt>Completion</dt>
          <dd className="completion">
            <Part text={completion} />
          </dd>
        </dl>
      )}
      <OddNote texts={[prompt, completion]} />
    </>
  );
}

function Part({ text }: { text: string }) {
  return text === "" ? <span className="muted">(empty)</span> : <Marked text={text} />;
}
