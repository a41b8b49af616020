import { count } from "../charts/numbers";
import { Page } from "../shell/Page";
import { useProject } from "../shell/session";

/** How to judge the task's snippets, for people. */
export function GuidelinePage() {
  const { task, description, guideline, phenomena, limits } = useProject();
  const paragraphs = guideline.split(/\n\s*\n/).filter((paragraph) => paragraph.trim() !== "");
  const named = Object.entries(phenomena);
  return (
    <Page title="Guideline" lead={`Task ${task}: ${description}`}>
      <div className="unequal">
        <article className="card prose stack">
          {paragraphs.map((paragraph, place) => (
            <p key={place}>{paragraph}</p>
          ))}
          <p className="muted">
            {limits.prompt_words > 0
              ? `A prompt may have up to ${count(limits.prompt_words, "word")}, a completion up to `
              : "A text may have up to "}
            {count(limits.completion_words, "word")}.
          </p>
        </article>
        {named.length > 0 && (
          <section className="card stack" aria-labelledby="phenomena">
            <h2 id="phenomena">Phenomena</h2>
            <p className="muted">What makes this task hard to judge. The figures use these names.</p>
            <dl className="terms">
              {named.map(([name, meaning]) => (
                <div key={name}>
                  <dt>{name.replaceAll("_", " ")}</dt>
                  <dd>{meaning}</dd>
                </div>
              ))}
            </dl>
          </section>
        )}
      </div>
    </Page>
  );
}
